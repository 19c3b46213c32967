import { expect, it } from "vitest";
import { parseConfig } from "../lab/experiment/config.ts";
import { OutOfMemory, WorkMemory } from "../lab/policy/workMemory.ts";
import { readCheckpoint } from "../lab/train/checkpoint.ts";
import { parameterHash } from "../lab/train/parameterHash.ts";
import { Run } from "../lab/train/run.ts";
import { nanoPolicy } from "../lab/train/testPolicy.ts";
import { memoryIo } from "./testIo.ts";
import { type KeptRun, toTheEnd } from "./toTheEnd.ts";

const config = parseConfig({
  task: "sort",
  algorithm: "sft",
  start: "random",
  size: "nano",
  steps: 24,
  demoBatch: 4,
  demoCount: 8,
  evalProblems: 8,
  evalEvery: 24,
  evalOod: false,
});

it("hands out the last good checkpoint of a run that fails, from which it goes on to the weights of an undisturbed one", async () => {
  const whole = await Run.start(await nanoPolicy(), config);
  await toTheEnd(whole, { policy: whole.policy, reason: "" }, memoryIo());
  const expected = parameterHash((await whole.policy.export()).weights);
  whole.policy.dispose();

  const policy = await nanoPolicy();
  const { learn } = policy;
  let updates = 0;
  policy.learn = async (...given) => {
    const report = await learn.call(policy, ...given);
    return ++updates === 20 ? { ...report, gradNorm: Number.NaN } : report;
  };
  const run = await Run.start(policy, config);
  const saved: KeptRun[] = [];
  const save = async (kept: KeptRun) => saved.push(kept) > 0;
  const io = memoryIo();
  const work = toTheEnd(run, { policy, reason: "" }, io, { save });
  await expect(work).rejects.toThrow("Step 20: the gradient norm must be finite");
  policy.dispose();
  const { trained, checkpoint } = saved.at(-1)!;
  const { step } = trained.outcome;
  expect(step).toBeGreaterThanOrEqual(1);
  expect(step).toBeLessThan(20);
  expect(trained.table.step).toBe(step);
  expect(io.errLines.at(-1)).toBe(`The run failed; what it was at step ${step} is kept and can go on.`);

  const kept = readCheckpoint(checkpoint);
  expect(kept.progress.step).toBe(step);
  const again = await nanoPolicy();
  await again.import(kept.policy);
  const resumed = Run.resume(again, kept.progress);
  await toTheEnd(resumed, { policy: again, reason: "" }, memoryIo());
  expect(parameterHash((await again.export()).weights)).toBe(expected);
  again.dispose();
});

it("hands out the last good checkpoint of a run whose memory was refused twice", async () => {
  const policy = await nanoPolicy();
  const { learn } = policy;
  const memory = new WorkMemory({ workBytes: 2 ** 20 });
  let updates = 0;
  policy.learn = (...given) =>
    ++updates === 20
      ? memory.within((bytes) => {
          throw new OutOfMemory("the update", bytes);
        })
      : learn.call(policy, ...given);
  const run = await Run.start(policy, config);
  const saved: KeptRun[] = [];
  const save = async (kept: KeptRun) => saved.push(kept) > 0;
  const work = toTheEnd(run, { policy, reason: "" }, memoryIo(), { save });
  await expect(work).rejects.toMatchObject({
    kind: "limits",
    message: "The update must find 0.5 MiB of memory, got none at the second attempt",
  });
  const { progress } = readCheckpoint(saved.at(-1)!.checkpoint);
  expect(progress.step).toBe(saved.at(-1)!.trained.outcome.step);
  expect(progress.step).toBeGreaterThanOrEqual(1);
  expect(progress.step).toBeLessThan(20);
  policy.dispose();
});

it("has nothing to hand out where a run fails before its first checkpoint", async () => {
  const policy = await nanoPolicy();
  policy.learn = async () => ({ gradNorm: 1, paramNorm: 0 });
  const run = await Run.start(policy, config);
  const saved: KeptRun[] = [];
  const save = async (kept: KeptRun) => saved.push(kept) > 0;
  const work = toTheEnd(run, { policy, reason: "" }, memoryIo(), { save });
  await expect(work).rejects.toThrow("Step 1: ");
  expect(saved).toEqual([]);
  policy.dispose();
});
