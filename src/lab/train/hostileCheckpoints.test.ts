import { describe, expect, it } from "vitest";
import { parseConfig } from "../experiment/config.ts";
import { readModelFolder } from "../policy/huggingFaceFolder.ts";
import { randomWeights } from "../policy/init.ts";
import { readWeightsFile, writeWeightsFile } from "../policy/native.ts";
import { freshState } from "../policy/policy.ts";
import { readSafetensorsHeader } from "../policy/safetensorsHeader.ts";
import { parameterCount, SIZES } from "../policy/shape.ts";
import { fileWithHeader, folderOf, modelBytes, modelConfig, modelTensors } from "../policy/testFiles.ts";
import { type Draw, drawsOf, mutatedBytes, mutatedJson } from "../policy/testMutations.ts";
import { checkpointBytes, readCheckpoint } from "./checkpoint.ts";
import { weightsOnly } from "./startingState.ts";

/** In every run of the tests; HOSTILE_FILES=100000 tries more by hand. */
const FILES = Number(process.env.HOSTILE_FILES ?? 2500);

const shape = { ...SIZES.nano, width: 8, headWidth: 4, hidden: 8 };
const weights = randomWeights(shape, 1);
const alone = writeWeightsFile({ shape, weights, made: { task: "sort" } });
const sequences = {
  rows: 1,
  length: 3,
  ids: Int32Array.of(1, 5, 2),
  starts: Int32Array.of(0),
  mask: Float32Array.of(1, 1),
};
const part = { name: "demos", problems: [{ prompt: "1:", kind: "sort" }], completions: ["1"], sequences };
const run = checkpointBytes({
  policy: freshState(shape, weights),
  progress: {
    config: parseConfig({ task: "sort", algorithm: "sft" }),
    step: 1,
    tokens: 2,
    batches: [
      {
        feed: "demos",
        batches: [{ ...part, tokens: { rows: 1, length: 2, mask: sequences.mask } }],
        prompts: 1,
        metrics: {},
        samples: [],
        sampledTokens: 0,
      },
    ],
  },
});
const shard = "model-00001-of-00001.safetensors";
const index = { weight_map: Object.fromEntries(modelTensors().map(({ name }) => [name, shard])) };

/** The file with its header mutated as JSON, its data as it was. */
function mutatedHeader(bytes: Uint8Array, draw: Draw): Uint8Array {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const { __metadata__: metadata, ...tensors } = header;
  for (const key of ["policy_shape", "config", "batches"]) {
    if (metadata?.[key] && draw(3) === 0) metadata[key] = JSON.stringify(mutatedJson(JSON.parse(metadata[key]), draw));
  }
  const changed = draw(4) === 0 ? header : { ...(mutatedJson(tensors, draw) as object), __metadata__: metadata };
  return fileWithHeader(changed, bytes.subarray(8 + length));
}

interface Kind {
  readonly name: string;
  /** Bytes of the mutated file, and a call that reads it. */
  make(draw: Draw): { readonly bytes: number; read(): unknown };
}

const ofBytes = (name: string, bytes: Uint8Array, read: (mutated: Uint8Array) => unknown): Kind => ({
  name,
  make(draw) {
    const mutated = draw(2) === 0 ? mutatedBytes(bytes, draw) : mutatedHeader(bytes, draw);
    return { bytes: mutated.length, read: () => read(mutated) };
  },
});

const ofFolder = (name: string, files: (draw: Draw) => Readonly<Record<string, unknown>>): Kind => ({
  name,
  make(draw) {
    const folder = folderOf(files(draw));
    return { bytes: modelBytes().length, read: () => readModelFolder(folder) };
  },
});

const KINDS: readonly Kind[] = [
  ofBytes("weights alone", alone, readWeightsFile),
  ofBytes("a run's checkpoint", run, readCheckpoint),
  ofBytes("a file dropped on the page", run, weightsOnly),
  ofBytes("the header", modelBytes(), readSafetensorsHeader),
  ofFolder("a folder's config.json", (draw) => ({
    "config.json": mutatedJson(modelConfig(), draw),
    "model.safetensors": modelBytes(),
  })),
  ofFolder("a folder's weights", (draw) => ({
    "config.json": modelConfig(),
    "model.safetensors": draw(2) === 0 ? mutatedBytes(modelBytes(), draw) : mutatedHeader(modelBytes(), draw),
  })),
  ofFolder("a folder's index", (draw) => ({
    "config.json": modelConfig(),
    "model.safetensors.index.json": mutatedJson(index, draw),
    [shard]: modelBytes(),
  })),
];

describe.each(KINDS)("$name, mutated", ({ make }) => {
  const time = 60_000 + 10 * FILES;
  it("is read, or refused in one sentence of at most 2 kB, within a second and four times its bytes", {
    timeout: time,
  }, async () => {
    const said = { read: 0, refused: 0 };
    for (let file = 0; file < Math.ceil(FILES / KINDS.length); file++) {
      const { bytes, read } = make(drawsOf(13, file));
      const before = process.memoryUsage().arrayBuffers;
      const began = process.cpuUsage();
      let refused = false;
      try {
        const result = await read();
        said.read++;
        if (typeof result === "object" && result !== null && "weights" in result && "shape" in result) {
          const whole = result as { weights: Float32Array; shape: typeof shape };
          if (whole.weights.length !== parameterCount(whole.shape) || !whole.weights.every(Number.isFinite)) {
            expect.fail(`file ${file} gave ${whole.weights.length} weights`);
          }
        }
      } catch (error) {
        refused = true;
        said.refused++;
        const { name, message } = error as Error;
        const plain = ["PolicyError", "ConfigError"].includes(name) && message.length > 10 && message.length <= 2000;
        if (!plain || message.includes("\n")) expect.fail(`file ${file}: ${name}: ${message.slice(0, 500)}`);
      }
      const { user } = process.cpuUsage(began);
      const grown = process.memoryUsage().arrayBuffers - before;
      // A file that is refused takes no more than itself, one that is read what its vectors in float32 take.
      if (user > 1e6 || grown > (refused ? 1 : 4) * bytes + 100_000) {
        expect.fail(`file ${file} of ${bytes} bytes took ${user / 1e3} ms and ${grown} bytes`);
      }
    }
    // Mutations that change nothing of importance are read, most are refused: a test of both.
    expect(said.refused).toBeGreaterThan(FILES / KINDS.length / 4);
    expect(said.read + said.refused).toBe(Math.ceil(FILES / KINDS.length));
  });
});
