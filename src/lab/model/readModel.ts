import { type ModelFolder, readJsonFile, readModelFolder } from "../policy/huggingFaceFolder.ts";
import { PolicyError } from "../policy/policy.ts";
import { quote } from "../schema.ts";
import type { Model } from "../tasks/models.ts";
import { Sha256 } from "../tasks/sha256.ts";
import { libraryTokenizer } from "../tokenizer/library.ts";
import { TokenizerError } from "../tokenizer/tokenizerFiles.ts";
import { TOKENIZER_FILES } from "./modelFiles.ts";

const [TOKENIZER, SETTINGS, GENERATION, TEMPLATE] = TOKENIZER_FILES;

/** What other tokenizers are written in. */
const OTHER_TOKENIZER = /^(tokenizer\.model|.*\.(spm|tiktoken)|vocab\.(json|txt)|merges\.txt)$/;

/**
 * A model of a Hugging Face folder, with the tokenizer that reads for it.
 * @throws {PolicyError} kind `input`, one sentence naming the file and the field that is wrong
 */
export async function readModel(folder: ModelFolder): Promise<Model> {
  const files = new Map<string, Uint8Array>();
  const read = async (name: string) => {
    const bytes = files.get(name) ?? (await folder.read(name));
    files.set(name, bytes);
    return bytes;
  };
  const { shape, weights, notes, score } = await readModelFolder({ ...folder, read });
  if (!folder.files.includes(TOKENIZER)) throw withoutTokenizer(folder);
  const json = async (name: string) => (folder.files.includes(name) ? objectIn(await read(name), name) : undefined);
  const values = {
    tokenizer: await json(TOKENIZER),
    settings: await json(SETTINGS),
    generation: await json(GENERATION),
    model: await json("config.json"),
    template: folder.files.includes(TEMPLATE) ? new TextDecoder().decode(await read(TEMPLATE)) : undefined,
  };
  try {
    const { tokenizer, kind, notes: said } = await libraryTokenizer(values, shape.vocabSize);
    return {
      hash: hashOf(files),
      name: folder.name,
      shape,
      weights,
      ...(score && { scores: true, score }),
      reads: tokenizer,
      tokenizer: kind,
      notes: [...notes, ...said],
      files: TOKENIZER_FILES.flatMap((name) => {
        const bytes = files.get(name);
        return bytes ? [{ name, bytes }] : [];
      }),
    };
  } catch (error) {
    if (error instanceof TokenizerError) throw new PolicyError("input", error.message);
    throw error;
  }
}

/** @throws {PolicyError} kind `input` */
function objectIn(bytes: Uint8Array, file: string): object {
  const value = readJsonFile(bytes, file);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new PolicyError("input", `${file} must hold an object, got ${quote(value)}.`);
}

function withoutTokenizer({ name, files }: ModelFolder): PolicyError {
  const other = files.find((file) => OTHER_TOKENIZER.test(file));
  const came = other
    ? `${other}: convert it with python -c "from transformers import AutoTokenizer as T; T.from_pretrained('${name}').save_pretrained('converted')"`
    : "no such file";
  return new PolicyError("input", `${name} must have ${TOKENIZER}, as a model reads tokens of its own, got ${came}.`);
}

/** Of the names and bytes of every file that was read, in the order of their names. */
function hashOf(files: ReadonlyMap<string, Uint8Array>): string {
  const sha = new Sha256();
  const encoder = new TextEncoder();
  for (const [name, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    sha.update(encoder.encode(`${name}\n${bytes.length}\n`));
    sha.update(bytes);
  }
  return sha.digest().slice(0, 16);
}
