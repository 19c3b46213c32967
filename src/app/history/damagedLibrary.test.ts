// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { type IDBPDatabase, openDB } from "idb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parseConfig } from "../../lab/experiment/config.ts";
import type { RunRecord } from "../../lab/record/runRecord.ts";
import { checksum } from "../../lab/train/checksum.ts";
import { openLab, stateOf, type TestLab } from "../testLab.ts";
import { type Archive, memoryArchive, openArchive } from "./archive.ts";
import { createHistory, type HistoryOptions, type RunHistory } from "./history.ts";
import { RESERVE_BYTES } from "./quota.ts";

/*
 * Whatever is wrong with one run or with the database, the other runs are listed, and what is made now is kept or said not to be.
 */

let bench: TestLab;
let runs: RunHistory;

async function page(options: HistoryOptions): Promise<void> {
  bench = openLab("#v=1&preset=chord-mu-countdown&seed=1&steps=60");
  runs = createHistory(bench.lab, { estimate: async () => undefined, ...options });
  await runs.ready;
}

const run = (id: string, more: Partial<RunRecord> = {}): RunRecord => ({
  id,
  name: `Run ${id}`,
  created: 1,
  config: parseConfig({ task: "countdown", algorithm: "chord-mu" }),
  policy: "",
  backend: "",
  phase: "paused",
  step: 3,
  final: {},
  seconds: 1,
  pinned: false,
  tone: 1,
  ...more,
});

const texts = () => bench.lab.notices.getState().map(({ text }) => text);
const names = () => runs.store.getState().records.map(({ name }) => name);

async function train(step = 16): Promise<void> {
  const bytes = new Uint8Array([step]);
  bench.lab.train();
  bench.worker.emit(stateOf("ready", 0), stateOf("training", 0));
  bench.worker.emit({ type: "metrics", runId: "run-1", rows: [{ step, values: { loss: 1 } }] });
  bench.worker.emit(stateOf("training", step), {
    type: "checkpoint",
    runId: "run-1",
    step,
    bytes: bytes.buffer,
    hash: "",
    sum: checksum(bytes),
  });
  await runs.settled();
}

beforeEach(() => sessionStorage.clear());
afterEach(async () => {
  runs?.dispose();
  bench?.lab.dispose();
  vi.restoreAllMocks();
  await new Promise((resolve) => {
    const gone = indexedDB.deleteDatabase("policy-lab");
    gone.onsuccess = gone.onerror = gone.onblocked = resolve;
  });
});

test("a record that the browser cannot read is damaged alone: the others are listed, and it can be removed", async () => {
  const archive = await openArchive();
  for (const id of ["a", "b", "c"]) await archive.save(run(id));
  const { getAll, get } = IDBObjectStore.prototype;
  vi.spyOn(IDBObjectStore.prototype, "getAll").mockImplementation(function (this: IDBObjectStore, ...given) {
    if (this.name === "records") throw new DOMException("a large value could not be read", "DataError");
    return getAll.apply(this, given);
  });
  vi.spyOn(IDBObjectStore.prototype, "get").mockImplementation(function (this: IDBObjectStore, key) {
    if (this.name === "records" && key === "b") throw new DOMException("a large value could not be read", "DataError");
    return get.call(this, key);
  });
  await page({ archive: Promise.resolve(archive) });
  expect(names().sort()).toEqual(["Run a", "Run c", "a damaged run"]);
  expect(runs.store.getState().records.find(({ id }) => id === "b")!.phase).toBe("damaged");
  vi.restoreAllMocks();
  runs.remove("b");
  expect(names().sort()).toEqual(["Run a", "Run c"]);
});

test("a run whose checkpoint is gone is listed, says so when it is asked for, keeps its curves and hides no other", async () => {
  const archive = await openArchive();
  const checkpoint = { step: 2, bytes: 1, hash: "", sum: "00000000" };
  const metrics = { loss: Float64Array.of(3, 2) };
  await archive.save(run("a", { checkpoint }), { at: 0, steps: Float64Array.of(1, 2), metrics });
  await archive.save(run("b"));
  await page({ archive: Promise.resolve(archive) });
  runs.resume("a");
  await vi.waitFor(() => expect(texts().join()).toMatch(/“Run a” cannot go on: its checkpoint is damaged or gone/));
  expect(bench.worker).toBeUndefined();
  expect((await archive.table("a")).length).toBe(2);
  expect(runs.store.getState().records.find(({ id }) => id === "a")!.damage).toContain("none to go on from");
  expect(names()).toHaveLength(2);
});

test("a run on data that are not here says so, and is not begun without them", async () => {
  const archive = memoryArchive();
  const bytes = new Uint8Array([1]);
  const checkpoint = { step: 2, bytes: 1, hash: "", sum: checksum(bytes) };
  const config = parseConfig({ task: "data-0123456789abcdef", algorithm: "sft" });
  await archive.save(run("a", { checkpoint, config }), undefined, { slot: 0, bytes: bytes.buffer });
  await page({ archive: Promise.resolve(archive) });
  runs.resume("a");
  await vi.waitFor(() => expect(texts().join()).toContain("its data are not in this browser"));
  expect(bench.worker).toBeUndefined();
});

test("a run that cannot be read says why it does not go on", async () => {
  const archive = memoryArchive();
  const bytes = new Uint8Array([1]);
  const checkpoint = { step: 2, bytes: 1, hash: "", sum: checksum(bytes) };
  await archive.save(run("a", { checkpoint }), undefined, { slot: 0, bytes: bytes.buffer });
  archive.table = () => Promise.reject(new DOMException("The disk is gone", "UnknownError"));
  await page({ archive: Promise.resolve(archive) });
  runs.resume("a");
  await vi.waitFor(() => expect(texts()).toContain("“Run a” cannot go on: The disk is gone."));
});

test("a deletion that fails half-way hides that run alone", async () => {
  const archive = memoryArchive();
  await archive.save(run("a", { deleted: true }));
  await archive.save(run("b"));
  archive.remove = async () => {
    throw new DOMException("", "UnknownError");
  };
  await page({ archive: Promise.resolve(archive) });
  expect(names()).toEqual(["Run b"]);
});

test("a database of a newer build is left alone and said, and runs are kept in memory", async () => {
  const newer = await openDB("policy-lab", 99);
  newer.close();
  await page({ archive: openArchive() });
  expect(texts()).toEqual([expect.stringMatching(/newer build: load this page again.*kept in memory/)]);
  await train();
  expect(names()).toHaveLength(1);
  expect(texts()).toHaveLength(1);
});

test("an upgrade that an older tab blocks is said after three seconds and not waited for without end", async () => {
  const old: IDBPDatabase = await openDB("policy-lab", 1, {
    upgrade(fresh) {
      fresh.createObjectStore("records", { keyPath: "id" });
      fresh.createObjectStore("columns");
      fresh.createObjectStore("weights");
    },
  });
  await page({ archive: openArchive() });
  expect(texts()).toEqual([expect.stringContaining("Another tab holds the runs with an older build: close it")]);
  await train();
  expect(names()).toHaveLength(1);
  old.close();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect((await openArchive()).lasting).toBe(true);
}, 20_000);

test("where storage is blocked runs are kept in memory, and that is said once", async () => {
  vi.stubGlobal("indexedDB", undefined);
  await page({ archive: openArchive() });
  vi.unstubAllGlobals();
  expect(texts()).toEqual([expect.stringContaining("This browser keeps nothing for this page")]);
  await train();
  expect(names()).toHaveLength(1);
  expect(texts()).toHaveLength(1);
});

test.each([
  ["QuotaExceededError", "there is no room left for this page"],
  ["InvalidStateError", "a tab with another build has the runs"],
])("a write that fails with %s and no words is said in words, and the run goes on", async (name, words) => {
  const archive: Archive = memoryArchive();
  archive.save = async () => {
    throw new DOMException("", name);
  };
  await page({ archive: Promise.resolve(archive) });
  await train();
  expect(texts().join()).toContain(words);
  expect(bench.lab.run.getState().run!.state.phase).toBe("training");
  expect(bench.worker.commands.at(-1)).toMatchObject({ type: "stored", runId: "run-1" });
});

test("little room is said once before there is none, not with every checkpoint", async () => {
  await page({
    archive: Promise.resolve(memoryArchive()),
    estimate: async () => ({ usage: 1e9, quota: 1e9 + RESERVE_BYTES / 2 }),
  });
  const said = vi.spyOn(bench.lab.notices, "say");
  await train(16);
  await train(32);
  expect(said.mock.calls.filter(([about]) => about === "runs")).toHaveLength(1);
  expect(texts().join()).toContain("left for this page. Delete runs");
});

test("the browser is asked to keep the runs with the first save, and once", async () => {
  let asked = 0;
  const persist = async () => ++asked;
  await page({ archive: Promise.resolve(memoryArchive()), persist });
  expect(asked).toBe(0);
  await train(16);
  await train(32);
  expect(asked).toBe(1);
});

test("runs are written while the browser asks whether it may keep them", async () => {
  const archive = memoryArchive();
  await page({ archive: Promise.resolve(archive), persist: () => new Promise(() => {}) });
  await train(16);
  expect((await archive.records())[0]).toMatchObject({ checkpoint: { step: 16 } });
});
