// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { columnAt, stepAt } from "../../lab/record/testTokens.ts";
import { MOST_BYTES, tokenBytes } from "../../lab/record/tokenRecord.ts";
import type { LabEvent } from "../../lab/worker/protocol.ts";
import { openLab, stateOf, type TestLab } from "../testLab.ts";
import { type Archive, memoryArchive, openArchive } from "./archive.ts";
import { createHistory, type RunHistory } from "./history.ts";
import { type Estimate, RESERVE_BYTES } from "./quota.ts";

const SHORT = "#v=1&preset=chord-mu-countdown&seed=1&steps=10";
let bench: TestLab;
let archive: Archive;
let runs: RunHistory;

async function page(estimate: Estimate = async () => undefined, hash = SHORT): Promise<void> {
  bench = openLab(hash);
  runs = createHistory(bench.lab, { archive: Promise.resolve(archive), estimate, elapsed: Date.now });
  await runs.ready;
}

async function reload(): Promise<void> {
  runs.dispose();
  bench.lab.dispose();
  await page();
}

type Moving = "ready" | "training" | "paused" | "finished";
const tokens = (runId: string, step: number): LabEvent => ({ type: "tokens", runId, ...stepAt(step) });
const watched = (runId: string, step: number): LabEvent => ({
  type: "watched",
  runId,
  ...columnAt(step),
  ...(step === 0 && { rows: [{ prompt: "31=", tokens: ["1", "3"] }] }),
});

/** As the conductor tells it: the last tokens come after the state. */
async function train(runId: string, from: number, to: number, end: Moving = "finished"): Promise<void> {
  bench.worker.emit(stateOf("ready", from, runId), stateOf("training", from, runId));
  if (from === 0) bench.worker.emit(watched(runId, 0));
  const metrics = (step: number): LabEvent => ({ type: "metrics", runId, rows: [{ step, values: { loss: 1 } }] });
  for (let step = from + 1; step < to; step++) {
    bench.worker.emit(metrics(step), tokens(runId, step), watched(runId, step));
  }
  bench.worker.emit(metrics(to), watched(runId, to), stateOf(end, to, runId), tokens(runId, to));
  await vi.advanceTimersByTimeAsync(200);
  await runs.settled();
}

const stepsOf = (id: string) => runs.tokensOf(id)?.steps.map(({ step }) => step);
const columnsOf = (id: string) => runs.tokensOf(id)?.watched?.columns.map(({ step }) => step);

async function loaded(id: string): Promise<void> {
  runs.loadTokens(id);
  await vi.advanceTimersByTimeAsync(50);
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
  sessionStorage.clear();
  archive = memoryArchive();
});
afterEach(() => {
  runs.dispose();
  bench.lab.dispose();
  vi.useRealTimers();
});

test("the tokens of the run in the worker are there at every kept step, under its own id and the one it is kept under", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 0, 4, "paused");
  const { id, tokens: kept } = runs.store.getState().records[0]!;
  expect(stepsOf("run-1")).toEqual([1, 2, 3, 4]);
  expect(stepsOf(id)).toEqual([1, 2, 3, 4]);
  expect(kept!.steps).toBe(4);
  expect(kept!.bytes).toBeGreaterThan(0);
  expect(kept!.bytes).toBeLessThan(MOST_BYTES);
  expect(runs.tokensOf("another")).toBeUndefined();
});

for (const [where, open] of [
  ["memory", async () => memoryArchive()],
  ["the browser's database", openArchive],
] as const) {
  test(`after a reload a past run's tokens and its strip come back from ${where}`, async () => {
    archive = await open();
    await page();
    bench.lab.train();
    await train("run-1", 0, 10);
    const { id } = runs.store.getState().records[0]!;
    const before = runs.tokensOf(id)!;
    await reload();
    expect(runs.tokensOf(id)).toBeUndefined();
    const count = runs.store.getState().tokens;
    runs.loadTokens(id);
    await vi.waitFor(() => expect(runs.store.getState().tokens).toBe(count + 1));
    expect(runs.tokensOf(id)).toEqual(before);
    expect(stepsOf(id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(columnsOf(id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
}

test("a run that goes on keeps what was before, and replaces what it makes again", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 0, 6, "paused");
  bench.worker.emit({
    type: "checkpoint",
    runId: "run-1",
    step: 4,
    bytes: new Uint8Array([4]).buffer,
    hash: "",
    sum: "aa06cce9",
  });
  await runs.settled();
  await reload();
  const { id } = runs.store.getState().records[0]!;
  runs.resume(id);
  await vi.advanceTimersByTimeAsync(50);
  await train("run-1", 4, 7, "paused");
  expect(stepsOf(id)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  await reload();
  await loaded(id);
  expect(stepsOf(id)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test("tokens are written on the way now and then, and when another run takes the place", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 0, 3, "training");
  const { id } = runs.store.getState().records[0]!;
  expect(await archive.tokens(id)).toBeUndefined();
  await vi.advanceTimersByTimeAsync(16_000);
  bench.worker.emit(tokens("run-1", 4));
  await runs.settled();
  expect((await archive.tokens(id))!.steps).toHaveLength(4);
  bench.worker.emit(tokens("run-1", 5));
  bench.lab.change({ algorithm: "sft" });
  // Once to be asked, once more to mean it.
  bench.lab.train();
  bench.lab.train();
  bench.lab.train();
  await runs.settled();
  expect((await archive.tokens(id))!.steps).toHaveLength(5);
});

test("an exported run takes its tokens along, and an imported one shows them", async () => {
  await page();
  bench.lab.train();
  await train("run-1", 0, 3, "paused");
  const { id } = runs.store.getState().records[0]!;
  const before = runs.tokensOf(id)!;
  const text = String((await runs.exportRun(id))!.content);
  await runs.importFiles([{ name: "copy.json", arrayBuffer: async () => new TextEncoder().encode(text).buffer }]);
  const copy = runs.store.getState().records.find(({ name }) => name === "CHORD-µ 2")!;
  expect(copy.tokens!.steps).toBe(3);
  await loaded(copy.id);
  expect(runs.tokensOf(copy.id)).toEqual(before);
  const { tokens: _, watched: __, ...old } = JSON.parse(text);
  await runs.importFiles([
    { name: "old.json", arrayBuffer: async () => new TextEncoder().encode(JSON.stringify(old)).buffer },
  ]);
  expect(runs.store.getState().records.find(({ name }) => name === "CHORD-µ 3")!.tokens).toBeUndefined();
});

test("deleting a run deletes its tokens; where the browser is full the oldest run's go, and the page says so", async () => {
  // Room for the tokens of one run and a half.
  let ids: string[] = [];
  let room = 1e6;
  const used = async () => {
    const all = await Promise.all(ids.map((id) => archive.tokens(id)));
    return all.reduce((sum, tokens) => sum + (tokens ? tokenBytes(tokens) : 0), 0);
  };
  await page(async () => ({ usage: await used(), quota: RESERVE_BYTES + room }));
  bench.lab.train();
  await train("run-1", 0, 3);
  const [first] = runs.store.getState().records;
  expect((await archive.tokens(first!.id))!.steps).toHaveLength(3);
  ids = [first!.id];
  room = 1.5 * (await used());
  bench.lab.change({ algorithm: "sft" });
  bench.lab.train();
  await train("run-2", 0, 3);
  const second = runs.store.getState().records.find(({ id }) => id !== first!.id)!;
  expect(await archive.tokens(first!.id)).toBeUndefined();
  expect(runs.store.getState().records.find(({ id }) => id === first!.id)!.tokens).toBeUndefined();
  expect(
    bench.lab.notices
      .getState()
      .map(({ text }) => text)
      .join(" "),
  ).toContain("The tokens of “CHORD-µ” had to go");
  expect(await archive.tokens(second.id)).toBeDefined();
  runs.remove(second.id);
  await vi.advanceTimersByTimeAsync(11_000);
  await runs.settled();
  expect(await archive.tokens(second.id)).toBeUndefined();
});
