import { expect, test } from "vitest";
import type { ProbeQuestion } from "../../lab/worker/questions.ts";
import { WorkerStandIn } from "../testWorker.ts";
import { measureUpdate } from "./measureUpdate.ts";

const SHAPE: ProbeQuestion["shape"] = {
  ...{ vocabSize: 64, width: 32, layers: 1, heads: 2, kvHeads: 2, headWidth: 16, hidden: 96 },
  ...{ context: 256, ropeTheta: 10_000, normEpsilon: 1e-5, tied: true },
};
const update = { rows: 4, length: 16 };
const QUESTION: ProbeQuestion = { type: "probe", shape: SHAPE, update, policy: "simd", backend: "wasm" };

function measuring() {
  const worker = new WorkerStandIn();
  const cancel = new AbortController();
  return { worker, cancel, answer: measureUpdate(QUESTION, cancel.signal, () => worker) };
}

test("an update is measured in a worker of its own, which is ended with the answer", async () => {
  const { worker, answer } = measuring();
  expect(worker.questions).toEqual([QUESTION]);
  expect(worker.terminated).toBe(false);
  worker.emit({ type: "alive", work: true });
  worker.answer("probe", { ...update, seconds: 0.5, where: "simd/wasm" });
  expect(await answer).toMatchObject({ seconds: 0.5 });
  expect(worker.terminated).toBe(true);
});

test.each([
  ["is refused", (worker: WorkerStandIn) => worker.refuse("probe", "The device is gone."), "The device is gone."],
  ["crashes", (worker: WorkerStandIn) => worker.crash("out of memory"), "out of memory"],
  ["is cancelled", (_: WorkerStandIn, cancel: AbortController) => cancel.abort(), "It was cancelled."],
])("a measurement that %s ends its worker and says why", async (_, happen, why) => {
  const { worker, cancel, answer } = measuring();
  happen(worker, cancel);
  await expect(answer).rejects.toThrow(why);
  expect(worker.terminated).toBe(true);
});
