import "fake-indexeddb/auto";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { parseConfig } from "../../lab/experiment/config.ts";
import type { RunRecord, Slot } from "../../lab/record/runRecord.ts";
import { checksum } from "../../lab/train/checksum.ts";
import { type Archive, openArchive } from "./archive.ts";
import { readWhole } from "./keptCheckpoint.ts";
import { type TestFolder, testFolder } from "./testFolder.ts";

/*
 * Checkpoints above a size lie in files beside the database: whole or not at all, two a run, and gone with the run.
 */

const config = parseConfig({ task: "countdown", algorithm: "chord-mu" });
const at = (slot: Slot, value: number) => {
  const bytes = new Uint8Array(8).fill(value).buffer;
  return { bytes, stored: { step: value, bytes: 8, hash: "", slot, sum: checksum(new Uint8Array(bytes)) } };
};
const run = (id: string, more: Partial<RunRecord> = {}): RunRecord => ({
  ...{ id, name: id, created: 1, config, policy: "", backend: "", phase: "paused", step: 3, final: {} },
  ...{ seconds: 1, pinned: false, tone: 1 },
  ...more,
});

let folder: TestFolder;
let archive: Archive;
const open = () => openArchive({ folder: Promise.resolve(folder), largeBytes: 4 });

async function save(slot: Slot, value: number, more: Partial<RunRecord> = {}): Promise<void> {
  const { bytes, stored } = at(slot, value);
  await archive.save(run("a", { checkpoint: stored, ...more }), undefined, { slot, bytes });
}
const values = () => [...folder.files.values()].map((bytes) => new Uint8Array(bytes)[0]).sort();

beforeEach(async () => {
  folder = testFolder();
  archive = await open();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await archive.remove("a");
});

// Other tests of this process begin without a database.
afterAll(async () => {
  await new Promise((resolve) => {
    indexedDB.deleteDatabase("policy-lab").onsuccess = resolve;
  });
});

test("a large checkpoint is a file, a small one lies in the database, and without files both do", async () => {
  await save(0, 7);
  await archive.save(run("a"), undefined, { slot: 1, bytes: Uint8Array.of(1, 2).buffer });
  expect(values()).toEqual([7]);
  expect(new Uint8Array((await archive.weights("a", 0))!)).toEqual(new Uint8Array(8).fill(7));
  expect((await archive.weights("a", 1))!.byteLength).toBe(2);
  // Also for a later visit.
  expect((await (await open()).weights("a", 0))!.byteLength).toBe(8);

  const without = await openArchive({ folder: Promise.resolve(undefined), largeBytes: 4 });
  expect(await without.weights("a", 0)).toBeUndefined();
  await without.save(run("b"), undefined, { slot: 0, bytes: at(0, 9).bytes });
  expect((await without.weights("b"))!.byteLength).toBe(8);
  expect(values()).toEqual([7]);
  await without.remove("b");
});

test("a run has two files at most, one a slot, and none once its checkpoints or the run itself are gone", async () => {
  await save(0, 1);
  await save(1, 2);
  await save(0, 3);
  expect(values()).toEqual([2, 3]);
  await archive.save(run("a"), undefined, { slot: 1, bytes: undefined });
  expect(values()).toEqual([3]);
  await save(1, 4);
  await archive.dropWeights("a");
  expect(values()).toEqual([]);
  await save(0, 5);
  await archive.remove("a");
  expect(values()).toEqual([]);
});

test("one that could not be written, or not be entered in the database, leaves the one before whole and nothing beside it", async () => {
  await save(0, 1);
  folder.full = true;
  await expect(save(0, 2)).rejects.toThrow("no room");
  folder.full = false;
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
    throw new DOMException("", "QuotaExceededError");
  });
  await expect(save(0, 3)).rejects.toThrow();
  vi.restoreAllMocks();
  expect(values()).toEqual([1]);
  const record = (await archive.record("a"))!;
  expect((await readWhole(archive, record))?.stored.step).toBe(1);
});

test("where the newest file is gone or changed the older one is used", async () => {
  await save(0, 1);
  await save(1, 2, { older: at(0, 1).stored });
  const record = (await archive.record("a"))!;
  expect((await readWhole(archive, record))?.stored.step).toBe(2);
  const newest = [...folder.files.keys()].find((name) => new Uint8Array(folder.files.get(name)!)[0] === 2)!;
  folder.files.set(newest, at(1, 3).bytes);
  expect((await readWhole(archive, record))?.stored.step).toBe(1);
  folder.files.delete(newest);
  expect((await readWhole(archive, record))?.stored.step).toBe(1);
});

test("a file that a closed page left without its entry goes with the next visit, and no other", async () => {
  await save(0, 1);
  folder.files.set("a~half-written", new ArrayBuffer(3));
  folder.files.set("gone%231~whole", at(1, 9).bytes);
  await open();
  await vi.waitFor(() => expect(folder.files.size).toBe(1));
  expect(values()).toEqual([1]);
  expect((await archive.weights("a", 0))!.byteLength).toBe(8);
});
