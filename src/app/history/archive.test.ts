import "fake-indexeddb/auto";
import { openDB } from "idb";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../lab/experiment/config.ts";
import type { RunRecord } from "../../lab/record/runRecord.ts";
import { toStored } from "../../lab/record/storedRecord.ts";
import { tokenRecord } from "../../lab/record/testTokens.ts";
import { type Archive, memoryArchive, openArchive } from "./archive.ts";

const run = (id: string): RunRecord => ({
  id,
  name: `Run ${id}`,
  created: 1,
  config: {
    ...parseConfig({ task: "countdown", algorithm: "chord-mu", muPeak: 0.9 }),
    interventions: [{ step: 2, key: "lr", value: 0.001 }],
  },
  policy: "tfjs",
  backend: "wasm",
  phase: "finished",
  step: 3,
  final: { "eval/accuracy": 0.5 },
  seconds: 1,
  pinned: false,
  tone: 1,
});
const columns = { steps: Float64Array.of(0, 1), metrics: { loss: Float64Array.of(Number.NaN, 2) } };
const bytes = () => new Uint8Array([1, 2, 3]).buffer;

const kinds: [string, () => Promise<Archive>][] = [
  ["the browser's database", openArchive],
  ["memory", async () => memoryArchive()],
];
test("a database of an earlier build keeps its runs, and takes tokens from now on", async () => {
  const old = await openDB("policy-lab", 1, {
    upgrade(fresh) {
      fresh.createObjectStore("records", { keyPath: "id" });
      fresh.createObjectStore("columns");
      fresh.createObjectStore("weights");
    },
  });
  await old.put("records", toStored(run("old")));
  await old.put("columns", columns, "old");
  old.close();
  const archive = await openArchive();
  expect(archive.lasting).toBe(true);
  expect(await archive.records()).toEqual([run("old")]);
  expect((await archive.table("old")).rows()).toEqual(columns);
  expect(await archive.tokens("old")).toBeUndefined();
  await archive.saveTokens("old", tokenRecord(1));
  expect(await archive.tokens("old")).toEqual(tokenRecord(1));
  await archive.remove("old");
});

describe.each(kinds)("runs in %s", (_, open) => {
  test("come back with config, curves and weights", async () => {
    const archive = await open();
    await archive.save(run("a"), { at: 0, ...columns });
    await archive.save(run("a"), undefined, { slot: 0, bytes: bytes() });
    expect(await archive.records()).toEqual([run("a")]);
    expect((await archive.table("a")).rows()).toEqual(columns);
    expect(new Uint8Array((await archive.weights("a"))!)).toEqual(new Uint8Array(bytes()));
  });

  test("are renamed without their curves being written again", async () => {
    const archive = await open();
    await archive.save(run("a"), { at: 0, ...columns });
    await archive.save({ ...run("a"), name: "Best" });
    expect((await archive.records()).map(({ name }) => name)).toEqual(["Best"]);
    expect((await archive.table("a")).rows().steps).toHaveLength(2);
  });

  test("grow by parts, each of which mends the end of the one before, and are told from runs with similar names", async () => {
    const archive = await open();
    const rows = (from: number, loss: number[], more: object = {}) => ({
      at: from,
      steps: Float64Array.from(loss, (_, i) => from + i),
      metrics: { loss: Float64Array.from(loss), ...more },
    });
    await archive.save(run("a"), rows(0, [1, 2, 3]));
    await archive.save(run("a1"), rows(0, [9]));
    await archive.save(run("a"), rows(2, [30, 4]));
    await archive.save(run("a"), rows(3, [40, 5], { reward: Float64Array.of(0, 1) }));
    await archive.save(run("a"), rows(3, [40, 5, 6], { reward: Float64Array.of(0, 1, 1) }));
    const { NaN: none } = Number;
    expect((await archive.table("a")).rows()).toEqual({
      steps: Float64Array.of(0, 1, 2, 3, 4, 5),
      metrics: {
        loss: Float64Array.of(1, 2, 30, 40, 5, 6),
        reward: Float64Array.of(none, none, none, 0, 1, 1),
      },
    });
    // A run that went back to a checkpoint has no rows beyond it.
    await archive.save(run("a"), rows(2, [7]));
    expect((await archive.table("a")).rows().metrics.loss).toEqual(Float64Array.of(1, 2, 7));
    await archive.remove("a");
    expect((await archive.table("a")).rows().steps).toHaveLength(0);
    expect((await archive.table("a1")).rows().steps).toHaveLength(1);
    await archive.remove("a1");
  });

  test("keep their tokens, and lose them alone or with everything", async () => {
    const archive = await open();
    await archive.save(run("a"));
    await archive.saveTokens("a", tokenRecord(1, 2));
    expect(await archive.tokens("a")).toEqual(tokenRecord(1, 2));
    await archive.dropTokens("a");
    expect(await archive.tokens("a")).toBeUndefined();
    await archive.saveTokens("a", tokenRecord(1));
    await archive.remove("a");
    expect(await archive.tokens("a")).toBeUndefined();
  });

  test("lose their weights alone, or everything", async () => {
    const archive = await open();
    await archive.save(run("a"), { at: 0, ...columns });
    await archive.save(run("a"), undefined, { slot: 0, bytes: bytes() });
    await archive.dropWeights("a");
    expect(await archive.weights("a")).toBeUndefined();
    expect(await archive.records()).toHaveLength(1);
    await archive.remove("a");
    expect(await archive.records()).toEqual([]);
    expect((await archive.table("a")).rows().steps).toHaveLength(0);
  });
});

test("the database outlives the page; a closed one is replaced by memory, and says so", async () => {
  await (await openArchive()).save(run("kept"), { at: 0, ...columns });
  const again = await openArchive();
  expect(again.lasting).toBe(true);
  expect((await again.records()).map(({ id }) => id)).toEqual(["kept"]);
  const database = globalThis.indexedDB;
  Object.defineProperty(globalThis, "indexedDB", { value: undefined, configurable: true, writable: true });
  const closed = await openArchive();
  Object.defineProperty(globalThis, "indexedDB", { value: database, configurable: true, writable: true });
  expect(closed.lasting).toBe(false);
});
