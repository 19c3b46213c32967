import { describe, expect, it } from "vitest";
import { PolicyError } from "../policy/policy.ts";
import { type Draw, drawsOf, mutatedBytes, mutatedJson } from "../policy/testMutations.ts";
import { libraryTokenizer } from "../tokenizer/library.ts";
import {
  STORY,
  TEST_VOCABULARY,
  TOKENIZERS,
  type TokenizerKind,
  testTokenizerFiles,
} from "../tokenizer/testTokenizers.ts";
import { TokenizerError } from "../tokenizer/tokenizerFiles.ts";
import { type ModelFile, readFiles } from "./sentModel.ts";
import { TEST_SHAPE, testModelFiles } from "./testModel.ts";

/** In every run of the tests; HOSTILE_FILES=100000 tries more by hand. */
const FILES = Number(process.env.HOSTILE_FILES ?? 600);
/** Of this process's own time, for one file. */
const LONGEST_MS = 1000;

/** What came of a hostile file: nothing for one that is read, else its sentence. */
async function outcome(read: () => Promise<unknown>): Promise<string | undefined> {
  const before = process.cpuUsage();
  try {
    await read();
    return undefined;
  } catch (error) {
    if (error instanceof PolicyError || error instanceof TokenizerError) return error.message;
    throw error;
  } finally {
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(LONGEST_MS);
  }
}

/** A sentence that somebody can act on, not the dump of a file. */
function judge(sentence: string | undefined): void {
  if (sentence === undefined) return;
  expect(sentence).toMatch(/must|got|twice|holds/);
  expect(sentence.length).toBeLessThan(1200);
}

/** A mutated value as a file would have it; null where it turns in a circle, as no file does. */
function asFile(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? "null");
  } catch {
    return null;
  }
}

const kinds = Object.keys(TOKENIZERS) as TokenizerKind[];

describe("files that somebody damaged, or made to do damage", () => {
  it(`reads a tokenizer.json, and texts with it, or refuses it in a sentence: ${FILES} of them`, {
    timeout: 3_600_000,
  }, async () => {
    let refused = 0;
    for (let file = 0; file < FILES; file++) {
      const draw = drawsOf(1, file);
      const files = testTokenizerFiles(kinds[draw(kinds.length)]!);
      const tokenizer = asFile(mutatedJson(files.tokenizer, draw));
      const settings = draw(4) === 0 ? asFile(mutatedJson(files.settings, draw)) : files.settings;
      const model = draw(4) === 0 ? asFile(mutatedJson(files.model, draw)) : files.model;
      const sentence = await outcome(async () => {
        const read = await libraryTokenizer({ tokenizer, settings, model }, TEST_VOCABULARY);
        try {
          const ids = read.tokenizer.completion(STORY, read.tokenizer.label(5));
          expect(ids.every((id) => id >= 0 && id < TEST_VOCABULARY)).toBe(true);
          read.tokenizer.text(ids);
        } catch (error) {
          // A text that its vocabulary cannot write is a row that is left out.
          if (!(error instanceof RangeError)) throw error;
        }
      });
      judge(sentence);
      if (sentence !== undefined) refused++;
    }
    expect(refused).toBeGreaterThan(FILES / 4);
  });

  it(`reads a folder, or refuses it in a sentence: ${FILES / 4} of them`, { timeout: 3_600_000 }, async () => {
    const shape = { ...TEST_SHAPE, width: 8, heads: 2, kvHeads: 2, headWidth: 4, hidden: 8 };
    // One that writes, and one that scores.
    const score = { weights: new Float32Array(shape.width), padding: 3 };
    const whole = [undefined, score].map((head) => testModelFiles("BPE", shape, 1, head));
    for (let file = 0; file < FILES / 4; file++) {
      const draw = drawsOf(2, file);
      judge(await outcome(() => readFiles("theirs", mutatedFiles(whole[file % 2]!, draw))));
    }
  });
});

function mutatedFiles(files: readonly ModelFile[], draw: Draw): ModelFile[] {
  const at = draw(files.length);
  return files.map((file, index) => {
    if (index !== at) return file;
    const bytes = mutatedBytes(new Uint8Array(file.bytes), draw).slice();
    return { name: file.name, bytes: bytes.buffer };
  });
}
