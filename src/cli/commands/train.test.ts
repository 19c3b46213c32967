import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { randomWeights } from "../../lab/policy/init.ts";
import { writeWeightsFile } from "../../lab/policy/native.ts";
import { SIZES } from "../../lab/policy/shape.ts";
import { main } from "../main.ts";
import { memoryIo } from "../memoryIo.ts";

const folder = mkdtempSync(join(tmpdir(), "train-"));
const config = join(folder, "config.json");
const settings = { task: "parity", algorithm: "sft", bits: 8, steps: 2, demoBatch: 4, evalProblems: 8, evalOod: false };
writeFileSync(config, JSON.stringify(settings));
const shape = SIZES.nano;

async function train(...args: string[]) {
  const io = memoryIo();
  const code = await main(["train", ...args, "--policy", "tfjs", "--backend", "cpu"], io);
  return { code, out: io.outLines.join("\n"), err: io.errLines.at(-1) ?? "" };
}

it("starts from a file of weights or a checkpoint, names it in the run's record, and writes no link that would not", async () => {
  const start = join(folder, "mine.safetensors");
  writeFileSync(start, writeWeightsFile({ shape, weights: randomWeights(shape, 5), made: {} }));
  const first = await train(config, "--start", start, "--out", join(folder, "run.json"), "--json");
  const run = JSON.parse(first.out);
  expect(run.startedFrom).toEqual({ file: "mine.safetensors", parameterHash: expect.stringMatching(/^[0-9a-f]{16}$/) });
  expect(run.link).toBeUndefined();
  const kept = JSON.parse(readFileSync(join(folder, "run.json"), "utf8"));
  expect(kept.startedFrom).toEqual(run.startedFrom);
  const second = JSON.parse((await train(config, "--start", join(folder, "run.safetensors"), "--json")).out);
  expect(second.startedFrom).toEqual({ file: "run.safetensors", parameterHash: run.parameterHash });
  expect(second.parameterHash).not.toBe(run.parameterHash);
});

it("refuses in one sentence a file that no such run can start from", async () => {
  const narrow = join(folder, "narrow.safetensors");
  writeFileSync(
    narrow,
    writeWeightsFile({ shape: { ...shape, context: 8 }, weights: randomWeights(shape, 5), made: {} }),
  );
  expect(await train(config, "--start", narrow)).toEqual({
    code: 2,
    out: "",
    err: `lab: --start ${narrow} must hold weights that this run can start from: A policy for Parity must have a context of at least 29 tokens, got 8.`,
  });
  expect((await train(config, "--start", config)).err).toContain(`--start ${config} must hold weights`);
  expect((await train("--resume", narrow, "--start", narrow)).err).toContain("leave out --start");
});
