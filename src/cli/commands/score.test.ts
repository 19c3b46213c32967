import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { safetensorsFromWeights } from "../../lab/policy/huggingFace.ts";
import { readModelFolder } from "../../lab/policy/huggingFaceFolder.ts";
import { gradient64 } from "../../lab/policy/reference/forward.ts";
import { layoutOf } from "../../lab/policy/shape.ts";
import { readSafetensors, shapeFromConfig, weightsFromSafetensors } from "../../lab/policy/testFiles.ts";
import { main } from "../main.ts";
import { modelFolder } from "../modelFolder.ts";
import { readScoreInput } from "../scoreInput.ts";
import { memoryIo } from "../testIo.ts";

const folder = fileURLToPath(new URL("../../lab/policy/vectors/", import.meta.url));
const batch = JSON.parse(readFileSync(join(folder, "batch.json"), "utf8")) as {
  ids: number[][];
  attentionMask: number[][];
  logits: number[][][];
  logp: number[][];
  entropy: number[][];
  J: number;
};

interface Answer {
  readonly logits: number[][][];
  readonly logp: number[][];
  readonly entropy: number[][];
  readonly J?: number;
  readonly grads?: Record<string, number[]>;
}

async function scored(input: unknown): Promise<Answer> {
  const io = memoryIo(JSON.stringify(input));
  expect(await main(["score", folder, "--json"], io), io.errLines.join()).toBe(0);
  return JSON.parse(io.outLines.join("")) as Answer;
}

/** Largest difference, relative to the largest number expected. */
function distance(came: readonly number[], expected: ArrayLike<number>): number {
  expect(came.length).toBe(expected.length);
  const scale = Math.max(...Array.from(expected, Math.abs));
  return Math.max(...came.map((value, i) => Math.abs(value - expected[i]!))) / scale;
}

test("a Hugging Face Llama reads a batch as transformers does, and credits become its gradient", async () => {
  const { logits, logp, entropy, J, grads } = await scored(batch);
  expect(distance(logits.slice(0, batch.logits.length).flat(2), batch.logits.flat(2))).toBeLessThan(1e-4);
  expect(distance(logp.flat(), batch.logp.flat())).toBeLessThan(1e-4);
  expect(distance(entropy.flat(), batch.entropy.flat())).toBeLessThan(1e-4);
  expect(J).toBeCloseTo(batch.J, 3);
  const expected = readSafetensors(readFileSync(join(folder, "grads.safetensors"))).tensors;
  expect(Object.keys(grads!).sort()).toEqual([...expected.keys()].sort());
  for (const [name, { values }] of expected) expect(distance(grads![name]!, values), name).toBeLessThan(1e-4);
});

test("without credits there is no gradient", async () => {
  const answer = await scored({ ids: batch.ids, attentionMask: batch.attentionMask });
  expect(Object.keys(answer)).toEqual(["logits", "logp", "entropy"]);
});

test("a folder, a config or a batch that does not fit is one line on stderr, and exit code 2", async () => {
  const other = mkdtempSync(join(tmpdir(), "policy-lab-"));
  const attempt = async (where: string, input: unknown) => {
    const io = memoryIo(JSON.stringify(input));
    return { code: await main(["score", where], io), out: io.outLines, err: io.errLines.at(-1) };
  };
  try {
    expect(await attempt(other, batch)).toMatchObject({
      code: 2,
      out: [],
      err: expect.stringContaining("got no config.json"),
    });
    const config = JSON.parse(readFileSync(join(folder, "config.json"), "utf8")) as Record<string, unknown>;
    writeFileSync(join(other, "config.json"), JSON.stringify({ ...config, num_hidden_layers: 2 }));
    writeFileSync(join(other, "model.safetensors"), readFileSync(join(folder, "model.safetensors")));
    expect(await attempt(other, batch)).toMatchObject({
      code: 2,
      out: [],
      err: expect.stringContaining("model.layers.1.input_layernorm.weight must be there with shape [32]"),
    });
    expect(await attempt(folder, { ids: [[4, 99]] })).toMatchObject({
      code: 2,
      out: [],
      err: expect.stringMatching(/got 99/),
    });
    expect(await attempt(folder, { ids: [Array(65).fill(4)] })).toMatchObject({
      code: 2,
      out: [],
      err: "lab: batch must fit the context of 64 tokens, got 65",
    });
    const shape = shapeFromConfig(config);
    const weights = weightsFromSafetensors(shape, readFileSync(join(folder, "model.safetensors")));
    weights[weights.length - 1] = Number.NaN;
    writeFileSync(join(other, "config.json"), JSON.stringify(config));
    writeFileSync(join(other, "model.safetensors"), safetensorsFromWeights(shape, weights));
    expect(await attempt(other, batch)).toMatchObject({
      code: 2,
      out: [],
      err: "lab: weights: model.norm.weight must hold finite numbers, got NaN.",
    });
  } finally {
    rmSync(other, { recursive: true });
  }
});

test("what was read in another way than the file might be meant is said, and the gradient has the file's rows", async () => {
  const other = mkdtempSync(join(tmpdir(), "policy-lab-"));
  try {
    const config = JSON.parse(readFileSync(join(folder, "config.json"), "utf8")) as Record<string, unknown>;
    const model = readFileSync(join(folder, "model.safetensors"));
    writeFileSync(join(other, "config.json"), `\uFEFF${JSON.stringify({ ...config, rope_interleaved: true })}`);
    writeFileSync(join(other, "model.safetensors"), model);
    const path = join(other, "batch.json");
    writeFileSync(path, `\uFEFF${JSON.stringify({ ids: [[5, 6, 9, 3]], credit: [[1, -1, 2]] })}`);
    const io = memoryIo();
    expect(await main(["score", other, "--in", path], io), io.errLines.join()).toBe(0);
    expect(io.errLines[0]).toMatch(/^rope_interleaved is true/);
    const { notes, grads } = JSON.parse(io.outLines.join("")) as Answer & { notes: string[] };
    expect(notes).toEqual([io.errLines[0]]);
    const { shape, weights, asInFile } = await readModelFolder(await modelFolder(other));
    const sequences = readScoreInput({ ids: [[5, 6, 9, 3]] }).sequences;
    const gradient = Float32Array.from(gradient64(shape, weights, [sequences], [{ dLogp: [1, -1, 2] }]));
    for (const { name, offset, size } of layoutOf(shape)) {
      const rows = asInFile(gradient).subarray(offset, offset + size);
      expect(distance(grads![name]!, rows), name).toBeLessThan(1e-4);
      const moved = distance(grads![name]!, gradient.subarray(offset, offset + size)) > 0.1;
      expect(moved, name).toBe(/[qk]_proj/.test(name));
    }
  } finally {
    rmSync(other, { recursive: true });
  }
});

test("an answer that float32 cannot hold is refused, never printed as null", async () => {
  const io = memoryIo(JSON.stringify({ ids: [[5, 6, 7, 8]], credit: [[3e38, 3e38, 3e38]] }));
  expect(await main(["score", folder, "--policy", "reference"], io)).toBe(2);
  expect(io.outLines).toEqual([]);
  expect(io.errLines.at(-1)).toMatch(
    /must be finite in float32, got -?Infinity: the weights or the credits are too large/,
  );
});

test("a file in the place of the folder, and a result that names a file elsewhere, are refused by name", async () => {
  const io = memoryIo("{}");
  expect(await main(["score", join(folder, "model.safetensors")], io)).toBe(2);
  expect(io.errLines.at(-1)).toMatch(/must be a folder with config\.json and model\.safetensors, got a file/);
});
