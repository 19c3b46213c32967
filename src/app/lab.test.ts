// @vitest-environment happy-dom

import { beforeEach, expect, test } from "vitest";
import { writeLink } from "../lab/link/link.ts";
import { dataSetOf } from "../lab/tasks/dataSet.ts";
import { knowData } from "../lab/tasks/index.ts";
import type { LabEvent } from "../lab/worker/protocol.ts";
import type { Lab } from "./lab.ts";
import { buttonsOf, inForce, isStale, isUntouched } from "./shownRun.ts";
import { openLab, stateOf, type TestLab } from "./testLab.ts";

let bench: TestLab;

function labAt(hash: string): Lab {
  bench = openLab(hash);
  return bench.lab;
}

const said = () => bench.worker.commands.map(({ type }) => type);
const row = (runId: string, step: number): LabEvent => ({
  type: "metrics",
  runId,
  rows: [{ step, values: { loss: 1 } }],
});

/** A lab whose first run has made `step` updates and goes on. */
function trainingLab(step = 10): Lab {
  const lab = labAt("#v=1&preset=chord-mu-countdown&seed=1");
  lab.train();
  bench.worker.emit(stateOf("ready", 0), row("run-1", 0), stateOf("training", 0));
  bench.worker.emit(row("run-1", 1), row("run-1", step), stateOf("training", step));
  return lab;
}

beforeEach(() => history.replaceState(null, "", "/"));

test("a link opens its experiment prepared and paused: nothing trains before somebody says so", () => {
  const lab = labAt("#v=1&preset=grpo-parity&seed=3&steps=6");
  lab.prepare();
  bench.worker.emit(stateOf("ready", 0));
  expect(said()).toEqual(["open"]);
  expect(bench.worker.commands[0]).toMatchObject({
    config: { task: "parity", optimizer: { steps: 6 }, start: { seed: 3 } },
  });
  lab.train();
  expect(said()).toEqual(["open", "train"]);
});

test("a link with a receipt asks for what made the sender's run, until the settings are others", () => {
  const config = labAt("#v=1&preset=grpo-parity&seed=3&steps=6").draft.getState().config;
  const receipt = { backend: "tfjs/wasm", hash: "782f3ffa", steps: 6, tolerance: 0.05, curves: [] };
  const lab = labAt(writeLink({ config, receipt }).hash);
  lab.train();
  expect(bench.worker.commands[0]).toMatchObject({ type: "open", policy: "auto", replays: "tfjs/wasm" });
  lab.change({ groupSize: 4 });
  lab.train();
  expect(bench.worker.commands.at(-1)).toMatchObject({ type: "open", runId: "run-2" });
  expect(bench.worker.commands.at(-1)).not.toHaveProperty("replays");
});

test("a reward function that came in a link runs once it is allowed by its hash, and then in every run", async () => {
  const rows = [1, 2, 3, 4].map((n) => ({ prompt: `${n}=`, answer: String(n) }));
  const task = knowData(dataSetOf(rows)).id;
  const lab = labAt(`#v=1&task=${task}&algorithm=grpo&functionWeight=1&rewardFunction=const+reward+%3D+()+%3D>+1`);
  await lab.data.keep("mine.jsonl", { ...dataSetOf(rows), sample: rows, lines: new Blob([]) });
  lab.prepare();
  lab.train();
  const { config, compute } = lab.draft.getState();
  lab.begin({ config, compute });
  await Promise.resolve();
  // Not even a worker was started.
  expect(bench.worker).toBeUndefined();
  expect(lab.run.getState().run?.state).toMatchObject({
    phase: "failed",
    message: expect.stringContaining("allow it"),
  });
  lab.functions.allow(lab.functions.foreignIn(config)!.hash);
  lab.begin({ config, compute });
  expect(bench.worker.commands).toMatchObject([{ type: "open", sandbox: expect.any(String) }]);
  lab.change({ rewardFunction: "const reward = () => 2" });
  expect(lab.functions.foreignIn(lab.draft.getState().config)).toBeUndefined();
});

test("a press while the policy still loads is kept until it is ready", () => {
  const lab = labAt("");
  lab.prepare();
  lab.step();
  expect(said()).toEqual(["open"]);
  bench.worker.emit(stateOf("ready", 0));
  expect(said()).toEqual(["open", "step"]);
});

test("pause, step, train and stop reach the run; what a phase does not allow is not sent", () => {
  const lab = trainingLab();
  lab.step();
  lab.pause();
  bench.worker.emit(stateOf("paused", 11));
  lab.pause();
  lab.step();
  lab.train();
  bench.worker.emit(stateOf("training", 12));
  lab.stop();
  bench.worker.emit(stateOf("stopped", 12));
  lab.stop();
  expect(said()).toEqual(["open", "train", "pause", "step", "train", "stop"]);
  lab.train();
  expect(bench.worker.commands.at(-1)).toMatchObject({ type: "open", runId: "run-2" });
});

test("a setting that a run cannot take changes the draft alone, and Train starts a new run with it", () => {
  const lab = trainingLab();
  lab.change({ groupSize: 4 });
  const { run } = lab.run.getState();
  expect(said()).toEqual(["open", "train"]);
  expect(run!.config.rollouts.groupSize).toBe(8);
  expect(isStale(run!, lab.draft.getState())).toBe(true);
  expect(buttonsOf(run!.state.phase, true)).toEqual({ train: true, pause: true, step: false, stop: true });
  lab.train();
  lab.train();
  expect(bench.worker.commands.at(-1)).toMatchObject({
    type: "open",
    runId: "run-2",
    config: { rollouts: { groupSize: 4 } },
  });
});

test("the settings of the shown run come back on request", () => {
  const lab = trainingLab();
  lab.change({ algorithm: "grpo" });
  lab.backToRun();
  expect(isStale(lab.run.getState().run!, lab.draft.getState())).toBe(false);
  expect(lab.draft.getState().presetId).toBe("chord-mu-countdown");
});

test("a live setting changes the run at its next step, is shown at once, and becomes part of the link", () => {
  const lab = trainingLab(10);
  lab.change({ lr: 0.0007 }, false);
  lab.change({ lr: 0.0008 });
  lab.change({ lr: 0.0008 });
  expect(bench.worker.commands.slice(2)).toEqual([{ type: "intervene", runId: "run-1", key: "lr", value: 0.0008 }]);
  expect(lab.run.getState().run!.awaited).toEqual({ lr: 0.0008 });
  bench.worker.emit({ type: "intervened", runId: "run-1", step: 11, key: "lr", value: 0.0008 });
  const { run } = lab.run.getState();
  expect(isStale(run!, lab.draft.getState())).toBe(false);
  expect(inForce(run, lab.draft.getState()).optimizer.lr).toBe(0.0008);
  expect(lab.draft.getState().config.optimizer.lr).toBe(1e-4);
  expect(lab.link()).toContain("at=11:lr:0.0008");
});

test("before the first step, and after the last, a live setting is a setting like any other", () => {
  const lab = labAt("");
  lab.prepare();
  bench.worker.emit(stateOf("ready", 0), row("run-1", 0));
  expect(isUntouched(lab.run.getState().run)).toBe(true);
  lab.change({ lr: 0.0005 });
  expect(said()).toEqual(["open"]);
  expect(lab.draft.getState().config.optimizer.lr).toBe(0.0005);
});

test("a failure becomes a notice, leaves the settings alone, and Train tries again", () => {
  const lab = trainingLab();
  const message = "The loss at step 11 must be finite, got NaN.";
  bench.worker.emit({ type: "state", runId: "run-1", state: { phase: "failed", step: 10, message } });
  expect(lab.notices.getState().map(({ text }) => text)).toEqual([message]);
  lab.train();
  expect(bench.worker.commands.at(-1)).toMatchObject({ type: "open", runId: "run-2" });
  expect(lab.notices.getState()).toEqual([]);
});

test("a worker that crashes is replaced by the next Train", () => {
  const lab = trainingLab();
  const first = bench.worker;
  first.crash("out of memory");
  expect(lab.notices.getState()[0]!.text).toContain("out of memory");
  expect(lab.run.getState().run!.state).toMatchObject({ phase: "failed", step: 10 });
  lab.train();
  expect(bench.worker).not.toBe(first);
  expect(said()).toEqual(["open"]);
});

test("what is wrong with a link is said once and can be dismissed", () => {
  const lab = labAt("#v=1&preset=grpo-parity&lr=fast");
  const [notice] = lab.notices.getState();
  expect(notice!.text).toMatch(/Learning rate \(lr\) must be a number .* got "fast"/);
  lab.notices.dismiss(notice!.id);
  expect(lab.notices.getState()).toEqual([]);
});

test("a link that asks for hours or gigabytes loads and trains nothing before a second press", () => {
  const lab = labAt("#v=1&preset=grpo-parity&seed=1&prompts=256&groupSize=32");
  lab.prepare();
  lab.train();
  // Not even a worker was made.
  expect(bench.worker).toBeUndefined();
  expect(JSON.stringify(lab.notices.getState())).toContain("nothing was started, press again");
  lab.train();
  expect(said()).toEqual(["open"]);
  lab.change({ groupSize: 31 });
  lab.train();
  expect(said()).toEqual(["open"]);
});

test("Train during a run of other settings asks first, and goes ahead at the second press for the same thing", () => {
  const lab = trainingLab(25);
  lab.change({ algorithm: "sft" });
  lab.train();
  expect(said().filter((type) => type === "open")).toHaveLength(1);
  const texts = () => lab.notices.getState().map(({ text }) => text);
  expect(texts()).toEqual([
    expect.stringMatching(/^CHORD-µ on Countdown is training, at step 25 of 120: nothing was started\. Press again/),
  ]);
  // Another experiment is another question.
  lab.change({ lr: 0.0002 });
  lab.train();
  expect(said().filter((type) => type === "open")).toHaveLength(1);
  lab.train();
  expect(bench.worker.commands.findLast(({ type }) => type === "open")).toMatchObject({
    runId: "run-2",
    config: { algorithm: "sft" },
  });
  expect(texts()).toEqual([]);
});

test("a question about a run under way is settled by the run's own end", () => {
  const lab = trainingLab(25);
  lab.change({ algorithm: "sft" });
  lab.train();
  bench.worker.emit(stateOf("finished", 120));
  expect(lab.notices.getState()).toEqual([]);
  lab.train();
  expect(bench.worker.commands.at(-1)).toMatchObject({ type: "open", config: { algorithm: "sft" } });
});

test("a state that a run cannot come to is dropped: what has stopped stays stopped", () => {
  const lab = trainingLab();
  bench.worker.emit(stateOf("stopped", 11), stateOf("training", 12), stateOf("finished", 12));
  expect(lab.run.getState().run!.state).toEqual({ phase: "stopped", step: 11 });
});

test("settings that contradict each other change nothing, before a run and during one, and the page says which", () => {
  const lab = labAt("#v=1&task=parity&algorithm=idft&seed=1&steps=60");
  const { config } = lab.draft.getState();
  lab.change({ gammaMax: 0.05 });
  expect(lab.draft.getState().config).toBe(config);
  expect(lab.notices.getState().at(-1)!.text).toBe(
    "γ max (gammaMax) must be at least γ min (gammaMin), 0.1, got 0.05.",
  );
  lab.train();
  bench.worker.emit(
    stateOf("ready", 0),
    row("run-1", 0),
    stateOf("training", 0),
    row("run-1", 1),
    stateOf("training", 1),
  );
  lab.change({ gammaMin: 5 });
  expect(lab.notices.getState().at(-1)!.text).toContain("must be at most γ max (gammaMax), 2, got 5.");
  expect(said()).toEqual(["open", "train"]);
  lab.change({ gammaMin: 0.5 });
  expect(said()).toEqual(["open", "train", "intervene"]);
});

test("what the worker says of the shown run on the way stands among its notices, and the run goes on", () => {
  const lab = trainingLab();
  const text =
    "Activations of 640 tokens must find 2.4 MiB of memory, got none: from here on it works in micro-batches.";
  bench.worker.emit(
    { type: "notice", runId: "run-0", text: "of another run" },
    { type: "notice", runId: "run-1", text },
  );
  expect(lab.notices.getState().map((notice) => notice.text)).toEqual([text]);
  expect(lab.run.getState().run!.state.phase).toBe("training");
});
