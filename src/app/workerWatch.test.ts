// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LabEvent } from "../lab/worker/protocol.ts";
import { openLab, stateOf, type TestLab } from "./testLab.ts";

/*
 * A worker that hangs, closes itself or waits for a device for ever. Clocks are the test's own.
 */

let bench: TestLab;
const row = (step: number): LabEvent => ({ type: "metrics", runId: "run-1", rows: [{ step, values: { loss: 1 } }] });
const evaluation = (step: number): LabEvent => ({
  type: "metrics",
  runId: "run-1",
  rows: [{ step, values: { "eval/accuracy": 0.5 } }],
});
const phase = () => bench.lab.run.getState().run!.state.phase;
const texts = () => bench.lab.notices.getState().map(({ text }) => text);
const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  bench = openLab("#v=1&preset=grpo-parity&seed=1&steps=60&evalEvery=10");
  bench.lab.train();
});
afterEach(() => {
  bench.lab.dispose();
  vi.useRealTimers();
});

function train(): void {
  bench.worker.emit(stateOf("ready", 0), evaluation(0), stateOf("training", 0), row(1));
}

test("a worker that trains and says nothing more is ended within ten seconds, and the run has failed with a sentence", async () => {
  train();
  const { worker } = bench;
  worker.silent = true;
  await wait(7500);
  expect(worker.terminated).toBe(false);
  await wait(1500);
  expect(worker.terminated).toBe(true);
  expect(phase()).toBe("failed");
  expect(texts().join()).toMatch(/no sign of life for [89] s/);
});

test("a worker that lives while its device answers nothing is ended too: signs of life are no signs of work", async () => {
  train();
  const { worker } = bench;
  worker.silent = true;
  for (let second = 0; second < 9; second++) {
    await wait(1000);
    worker.emit({ type: "alive", work: false });
  }
  expect(worker.terminated).toBe(true);
});

test("a worker that closed itself at rest is noticed, and the next press starts another", async () => {
  train();
  bench.worker.emit(stateOf("paused", 1));
  const { worker } = bench;
  worker.silent = true;
  await wait(11_000);
  expect(worker.terminated).toBe(true);
  bench.lab.train();
  expect(bench.worker).not.toBe(worker);
});

test("loading and compiling may be silent for a minute, and a long step for six times the longest before it", async () => {
  const { worker } = bench;
  worker.silent = true;
  await wait(55_000);
  expect(worker.terminated).toBe(false);
  train();
  await wait(8000);
  worker.emit(row(2));
  await wait(45_000);
  expect(worker.terminated).toBe(false);
});

test("on a slow device an evaluation may take six times as long as the first one did", async () => {
  const { worker } = bench;
  worker.silent = true;
  await wait(5000);
  worker.emit({ type: "state", runId: "run-1", state: { phase: "loading", what: "the first evaluation" } });
  await wait(8000);
  train();
  await wait(45_000);
  expect(worker.terminated).toBe(false);
  await wait(5000);
  expect(worker.terminated).toBe(true);
});

test("a run that goes on has a minute for its first evaluation, which no step can foretell", async () => {
  const { worker } = bench;
  // Evaluations are due every tenth step.
  worker.emit(stateOf("ready", 28), stateOf("training", 28), row(29), row(30));
  worker.silent = true;
  await wait(55_000);
  worker.emit(evaluation(30));
  expect(worker.terminated).toBe(false);
});

test("a run that goes on and hangs before its first evaluation is noticed as soon as one that had it", async () => {
  const { worker } = bench;
  worker.emit(stateOf("ready", 28), stateOf("training", 28), row(29));
  worker.silent = true;
  await wait(9000);
  expect(worker.terminated).toBe(true);
});

test("a run whose evaluations are expected to be long is given their time from the first one on", async () => {
  bench.lab.dispose();
  bench = openLab("#v=1&preset=grpo-parity&seed=1&steps=60&evalEvery=10&evalProblems=1024");
  bench.lab.train();
  train();
  bench.worker.silent = true;
  await wait(12_000);
  expect(bench.worker.terminated).toBe(false);
  await wait(60_000);
  expect(bench.worker.terminated).toBe(true);
});

test("what the run before still says does not prove the one that takes its place", async () => {
  train();
  const { config, compute } = bench.lab.draft.getState();
  bench.lab.begin({ config, compute });
  const { worker } = bench;
  worker.emit(row(2), stateOf("stopped", 2));
  worker.silent = true;
  await wait(55_000);
  expect(worker.terminated).toBe(false);
  await wait(10_000);
  expect(worker.terminated).toBe(true);
});

test("a page that slept does not take its own sleep for the worker's silence", async () => {
  train();
  bench.worker.silent = true;
  const slept = vi.spyOn(performance, "now").mockImplementation(() => 1e7);
  await wait(3000);
  slept.mockRestore();
  expect(bench.worker.terminated).toBe(false);
});

test("Stop ends a worker that does not stop within two seconds, whatever the run was at", async () => {
  for (const begin of [() => {}, train]) {
    bench.lab.dispose();
    bench = openLab("#v=1&preset=grpo-parity&seed=1&steps=60&evalEvery=10");
    bench.lab.train();
    begin();
    const { worker } = bench;
    bench.lab.stop();
    await wait(1900);
    expect(worker.terminated).toBe(true);
    expect(phase()).toBe("stopped");
    expect(texts().join()).toContain("did not stop within 1.5 s and was ended");
  }
});

test("a worker that stops as it was told stays, and so does one that has begun another run meanwhile", async () => {
  train();
  bench.lab.stop();
  bench.worker.emit(stateOf("stopped", 1));
  await wait(5000);
  expect(bench.worker.terminated).toBe(false);
  bench.lab.train();
  bench.lab.stop();
  bench.lab.begin({
    config: bench.lab.draft.getState().config,
    compute: bench.lab.draft.getState().compute,
  });
  await wait(5000);
  expect(bench.worker.terminated).toBe(false);
});

test("a finished run stays finished when its worker dies afterwards", async () => {
  train();
  bench.worker.emit(stateOf("training", 60), stateOf("finished", 60));
  bench.worker.crash("the GPU is gone");
  expect(phase()).toBe("finished");
});
