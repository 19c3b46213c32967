// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { checksum } from "../../lab/train/checksum.ts";
import type { Command, LabEvent } from "../../lab/worker/protocol.ts";
import { openLab, stateOf, type TestLab } from "../testLab.ts";
import { type Archive, memoryArchive } from "./archive.ts";
import { createHistory, type RunHistory } from "./history.ts";

/*
 * A page that is loaded again while something was under way: a run, a plan, a change by hand.
 */

const SHORT = "#v=1&preset=chord-mu-countdown&seed=1&steps=60";
let bench: TestLab;
let archive: Archive;
let runs: RunHistory;
let clock = 0;

async function page(hash = SHORT): Promise<void> {
  bench = openLab(hash);
  runs = createHistory(bench.lab, {
    archive: Promise.resolve(archive),
    estimate: async () => undefined,
    elapsed: () => clock,
  });
  await runs.ready;
}

/** The tab is gone without a word, and comes back. */
async function reload(hash = SHORT): Promise<void> {
  await runs.settled();
  runs.dispose();
  bench.lab.dispose();
  await page(hash);
}

const row = (runId: string, step: number): LabEvent => ({
  type: "metrics",
  runId,
  rows: [{ step, values: { loss: 1 / step } }],
});
function checkpoint(runId: string, step: number): Extract<LabEvent, { type: "checkpoint" }> {
  const bytes = new Uint8Array([step, 1, 2, 3]);
  return { type: "checkpoint", runId, step, bytes: bytes.buffer, hash: `hash-${step}`, sum: checksum(bytes) };
}

function trainTo(step: number, runId = "run-1"): void {
  bench.worker.emit(stateOf("ready", 0, runId), stateOf("training", 0, runId));
  for (let at = 1; at <= step; at++) bench.worker.emit(row(runId, at));
  bench.worker.emit(stateOf("training", step, runId));
}

const opened = () =>
  bench.worker.commands.filter((command) => command.type === "open") as Extract<Command, { type: "open" }>[];
const sent = () => bench.worker.commands.map(({ type }) => type);
const records = () => runs.store.getState().records;
const offer = () => runs.store.getState().goOn;
const texts = () => bench.lab.notices.getState().map(({ text }) => text);
const wait = (ms = 10) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  archive = memoryArchive();
  clock = 0;
});
afterEach(() => {
  runs.dispose();
  bench.lab.dispose();
  vi.useRealTimers();
});

test("a run that was cut off is offered with its step, and goes on as the same run from there", async () => {
  await page();
  bench.lab.train();
  trainTo(25);
  bench.worker.emit(checkpoint("run-1", 24));
  await reload();
  expect(offer()).toMatchObject({ text: "“CHORD-µ” was cut off at step 25 of 60.", action: "Go on from step 24" });
  runs.answerGoOn(true);
  await wait();
  expect(offer()).toBeUndefined();
  expect([...new Uint8Array(opened()[0]!.checkpoint!)]).toEqual([24, 1, 2, 3]);
  expect(bench.lab.run.getState().run!.series.step).toBe(24);
  expect(records()).toHaveLength(1);
});

test("the run of this tab is offered whatever the page shows now; of another experiment nothing is", async () => {
  await page();
  bench.lab.train();
  trainTo(20);
  bench.worker.emit(checkpoint("run-1", 16));
  await reload("#v=1&preset=grpo-parity&seed=3&steps=6");
  expect(offer()?.action).toBe("Go on from step 16");
  sessionStorage.clear();
  await reload("#v=1&preset=grpo-parity&seed=3&steps=6");
  expect(offer()).toBeUndefined();
  sessionStorage.clear();
  await reload();
  expect(offer()?.action).toBe("Go on from step 16");
});

test("the offer is gone once something else trains, and for good once it was refused", async () => {
  await page();
  bench.lab.train();
  trainTo(20);
  bench.worker.emit(checkpoint("run-1", 16));
  await reload();
  bench.lab.change({ algorithm: "sft" });
  bench.lab.train();
  trainTo(1);
  expect(offer()).toBeUndefined();
  await reload();
  sessionStorage.clear();
  await reload();
  expect(offer()?.action).toBe("Go on from step 16");
  runs.answerGoOn(false);
  await reload();
  expect(offer()).toBeUndefined();
  expect(records().find(({ name }) => name === "CHORD-µ")!.phase).toBe("stopped");
});

test("a plan goes on: its run from the checkpoint, then the seeds that had not begun", async () => {
  await page();
  const { config } = bench.lab.draft.getState();
  runs.trainSeeds(3);
  trainTo(60);
  bench.worker.emit(stateOf("finished", 60), checkpoint("run-1", 60));
  await wait();
  trainTo(30, "run-2");
  bench.worker.emit(checkpoint("run-2", 28));
  await reload();
  expect(offer()).toMatchObject({ action: "Go on from step 28" });
  expect(offer()!.text).toContain("and 1 more of “CHORD-µ, 3 seeds” waits");
  runs.answerGoOn(true);
  await wait();
  expect(opened()[0]!.config.start.seed).toBe(2);
  bench.worker.emit(stateOf("ready", 28), stateOf("training", 28), row("run-1", 60), stateOf("finished", 60));
  await wait();
  expect(opened()[1]!.config.start.seed).toBe(3);
  trainTo(60, "run-2");
  bench.worker.emit(stateOf("finished", 60, "run-2"));
  await wait(300);
  const { entries, plan } = runs.store.getState();
  expect(plan).toBeUndefined();
  expect(entries).toHaveLength(1);
  expect(entries[0]!.runs.map((run) => [run.config.start.seed, run.phase])).toEqual([
    [1, "finished"],
    [2, "finished"],
    [3, "finished"],
  ]);
  expect(bench.lab.draft.getState().config).toEqual(config);
  await reload();
  expect(offer()).toBeUndefined();
});

test("a plan whose run had no checkpoint yet begins it again, and one that was cut off between two takes the next", async () => {
  await page();
  runs.race(["sft", "grpo"]);
  await reload();
  expect(offer()).toMatchObject({ id: undefined, action: "Go on with the next run" });
  runs.answerGoOn(true);
  await wait();
  expect(opened()[0]!.config.algorithm).toBe("sft");
  trainTo(3);
  await reload();
  expect(offer()!.action).toBe("Begin it again");
  runs.answerGoOn(true);
  await wait();
  expect(opened()[0]).toMatchObject({ config: { algorithm: "sft" } });
  expect(opened()[0]!.checkpoint).toBeUndefined();
  expect(records()).toHaveLength(1);
});

test("a change by hand is written at once, not with the next save", async () => {
  await page();
  bench.lab.train();
  trainTo(10);
  clock += 100;
  bench.worker.emit({ type: "intervened", runId: "run-1", step: 11, key: "muPeak", value: 0.1 });
  await reload();
  expect(records()[0]!.config.interventions).toEqual([{ step: 11, key: "muPeak", value: 0.1 }]);
});

test("checkpoints are asked for once, and each that is stored is confirmed with what it took", async () => {
  await page();
  bench.lab.train();
  trainTo(5);
  expect(sent().filter((type) => type === "keep")).toHaveLength(1);
  expect(sent().filter((type) => type === "stored")).toHaveLength(0);
  const taken = checkpoint("run-1", 5);
  bench.worker.emit(taken);
  await runs.settled();
  await wait();
  expect(bench.worker.commands.at(-1)).toEqual({ type: "stored", runId: "run-1", ms: 0, bytes: taken.bytes });
});

test("a run that goes on is kept again: its worker is asked for checkpoints once it has the run, not before", async () => {
  await page();
  bench.lab.train();
  trainTo(25);
  bench.worker.emit(checkpoint("run-1", 24));
  await reload();
  runs.answerGoOn(true);
  await wait();
  expect(sent()).toEqual(["open"]);
  bench.worker.emit(stateOf("ready", 24), stateOf("training", 24));
  expect(sent().filter((type) => type === "keep")).toHaveLength(1);
  // So it is after its worker has died.
  bench.worker.crash("out of memory");
  await wait();
  bench.worker.emit(stateOf("ready", 24, "run-2"), stateOf("training", 24, "run-2"));
  const keeping = bench.worker.commands.filter(({ type }) => type === "open" || type === "keep");
  expect(keeping).toMatchObject([
    { type: "open", runId: "run-2" },
    { type: "keep", runId: "run-2" },
  ]);
});

test("of two checkpoints the older goes only when the newer has been read back whole", async () => {
  await page();
  bench.lab.train();
  trainTo(40);
  bench.worker.emit(checkpoint("run-1", 16));
  await runs.settled();
  const { id } = records()[0]!;
  const both = async () => [await archive.weights(id, 0), await archive.weights(id, 1)].map((one) => one?.byteLength);
  expect(await both()).toEqual([4, undefined]);
  bench.worker.emit(checkpoint("run-1", 32));
  await runs.settled();
  expect(await both()).toEqual([undefined, 4]);
  expect(records()[0]!.checkpoint).toMatchObject({ step: 32, slot: 1 });

  // For the next five seconds checkpoints are written beside the one that was read back, which stays.
  bench.worker.emit(checkpoint("run-1", 36));
  await runs.settled();
  expect(await both()).toEqual([4, 4]);
  expect(records()[0]).toMatchObject({ checkpoint: { step: 36 }, older: { step: 32, slot: 1 } });

  // What comes back of the next one is not what was written.
  clock += 5000;
  const { weights } = archive;
  archive.weights = async (of, slot) => (slot ? weights(of, slot) : new ArrayBuffer(4));
  bench.worker.emit(checkpoint("run-1", 40));
  await runs.settled();
  archive.weights = weights;
  expect(await both()).toEqual([4, 4]);
  expect(texts().join()).toContain("could not be read back whole");
});

test("a run goes on from the older checkpoint where the newer is damaged, and says so; never from damaged bytes", async () => {
  await page();
  bench.lab.train();
  trainTo(40);
  bench.worker.emit(checkpoint("run-1", 32));
  await runs.settled();
  const [record] = records();
  const { id } = record!;
  const good = new Uint8Array([9, 9]);
  const older = { step: 16, bytes: 2, hash: "", sum: checksum(good), slot: 1 } as const;
  await archive.save({ ...record!, older }, undefined, { slot: 1, bytes: good.buffer });
  const flipped = new Uint8Array((await archive.weights(id))!.slice(0));
  flipped[1]! ^= 4;
  await archive.save({ ...record!, older }, undefined, { slot: 0, bytes: flipped.buffer });
  await reload();
  runs.answerGoOn(true);
  await wait();
  expect([...new Uint8Array(opened()[0]!.checkpoint!)]).toEqual([9, 9]);
  expect(records()[0]!.damage).toContain("checkpoint of step 32 must be as it was written");
  expect(bench.lab.run.getState().run!.series.step).toBe(16);
});

test("a run goes on from the older checkpoint where the browser cannot read the newer", async () => {
  await page();
  bench.lab.train();
  trainTo(40);
  bench.worker.emit(checkpoint("run-1", 32));
  await runs.settled();
  const good = new Uint8Array([9, 9]);
  const older = { step: 16, bytes: 2, hash: "", sum: checksum(good), slot: 1 } as const;
  await archive.save({ ...records()[0]!, older }, undefined, { slot: 1, bytes: good.buffer });
  const { weights } = archive;
  archive.weights = (id, slot) => (slot ? weights(id, slot) : Promise.reject(new DOMException("", "DataError")));
  await reload();
  runs.answerGoOn(true);
  await wait();
  expect([...new Uint8Array(opened()[0]!.checkpoint!)]).toEqual([9, 9]);
});

test("a pause while a checkpoint is being written leaves the record naming that checkpoint", async () => {
  await page();
  bench.lab.train();
  trainTo(40);
  bench.worker.emit(checkpoint("run-1", 16));
  await runs.settled();
  const { save } = archive;
  archive.save = async (...given) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await save(...given);
  };
  bench.worker.emit(checkpoint("run-1", 40));
  await wait();
  bench.worker.emit(stateOf("paused", 40));
  await wait(500);
  await runs.settled();
  const [stored] = await archive.records();
  expect(stored).toMatchObject({ phase: "paused", checkpoint: { step: 40, slot: 1 } });
  expect(stored!.older).toBeUndefined();
  expect((await archive.weights(stored!.id, 1))?.byteLength).toBe(4);
});

test("a clock that is set back or forward changes neither when runs are saved nor how long they trained", async () => {
  await page();
  vi.setSystemTime(new Date("2026-01-01T12:00:00Z"));
  bench.lab.train();
  trainTo(1);
  vi.setSystemTime(new Date("2026-01-01T06:00:00Z"));
  clock += 6000;
  bench.worker.emit(row("run-1", 2), stateOf("training", 2));
  await runs.settled();
  expect((await archive.records())[0]).toMatchObject({ step: 2, seconds: 6 });
  vi.setSystemTime(new Date("2026-01-01T18:00:00Z"));
  clock += 1000;
  bench.worker.emit(stateOf("paused", 2));
  expect(records()[0]!.seconds).toBe(7);
});
