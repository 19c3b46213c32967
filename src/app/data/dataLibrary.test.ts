import "fake-indexeddb/auto";
import { openDB } from "idb";
import { afterEach, expect, test } from "vitest";
import { storedLines } from "../../lab/data/storedLines.ts";
import { dataSetOf } from "../../lab/tasks/dataSet.ts";
import { hashInTaskId } from "../../lab/tasks/dataTask.ts";
import { taskById } from "../../lab/tasks/index.ts";
import { openDataArchive } from "./dataArchive.ts";
import { createDataLibrary } from "./dataLibrary.ts";

afterEach(() => {
  indexedDB.deleteDatabase("policy-lab-data");
});

/** What a file of a few rows is read to. */
function readOf(prompt: string) {
  const { hash, facts, rows } = dataSetOf(
    [...Array(12).keys()].map((n) => ({ prompt: `${n}${prompt}`, completion: "12" })),
  );
  return { hash, facts, sample: rows, lines: storedLines(rows) };
}

function library(archive = openDataArchive()) {
  const said: string[] = [];
  const data = createDataLibrary({ say: (_, texts) => said.push(...texts) }, archive);
  return { data, said };
}

test("a set that is kept is there at the next visit, and nothing is said", async () => {
  const { data, said } = library();
  const task = await data.keep("mine.jsonl", readOf("21="));
  const later = library();
  expect(await later.data.load(hashInTaskId(task)!)).toBe(true);
  expect(later.data.sent(hashInTaskId(task)!)).toMatchObject({ task, name: "mine.jsonl" });
  expect(said).toEqual([]);
});

test("of a set that is removed nothing stays, and an earlier build's is read as before", async () => {
  const archive = await openDataArchive();
  const { data } = library(Promise.resolve(archive));
  const read = readOf("25=");
  const task = await data.keep("mine.jsonl", read);
  expect(taskById(task).missing).toBeUndefined();
  await data.remove(read.hash);
  expect([data.sent(hashInTaskId(task)!), await data.load(hashInTaskId(task)!)]).toEqual([undefined, false]);
  expect(taskById(task).missing).toMatch(/are not here/);
  await archive.save({ ...read, name: "old.jsonl" }, await read.lines.arrayBuffer());
  const later = library(Promise.resolve(archive));
  expect(await later.data.load(hashInTaskId(task)!)).toBe(true);
  expect(await later.data.sent(hashInTaskId(task)!)?.lines.text()).toBe(await read.lines.text());
});

test("a set that could not be stored can be used, and is said to last as long as the page", async () => {
  const archive = await openDataArchive();
  const save = () => Promise.reject(new DOMException("", "QuotaExceededError"));
  const { data, said } = library(Promise.resolve({ ...archive, save }));
  const task = await data.keep("mine.jsonl", readOf("31="));
  expect(data.sent(hashInTaskId(task)!)).toBeDefined();
  expect(said).toEqual([expect.stringContaining("“mine.jsonl” could not be kept in this browser")]);
});

test("a damaged set hides no other", async () => {
  const archive = await openDataArchive();
  const task = await library(Promise.resolve(archive)).data.keep("mine.jsonl", readOf("41="));
  const kept = await archive.all();
  const all = async () => [{ hash: "0123456789abcdef", name: "bad" } as never, ...kept];
  const { data, said } = library(Promise.resolve({ ...archive, all }));
  await data.ready;
  expect(data.store.getState().sets.map(({ name }) => name)).toEqual(["mine.jsonl"]);
  expect(taskById(task).missing).toBeUndefined();
  expect(said).toEqual([expect.stringContaining("1 of the data sets in this browser")]);
});

test("a set that is added while the kept ones are still being read stays beside them, and one that is removed stays away", async () => {
  const archive = await openDataArchive();
  await library(Promise.resolve(archive)).data.keep("old.jsonl", readOf("51="));
  await library(Promise.resolve(archive)).data.keep("gone.jsonl", readOf("52="));
  const kept = await archive.all();
  let read: () => void = () => {};
  const all = () => new Promise<typeof kept>((resolve) => (read = () => resolve(kept)));
  const { data } = library(Promise.resolve({ ...archive, all }));
  await data.keep("new.jsonl", readOf("61="));
  await data.remove(readOf("52=").hash);
  read();
  await data.ready;
  expect(data.store.getState().sets.map(({ name }) => name)).toEqual(["new.jsonl", "old.jsonl"]);
});

test("what another tab takes away is listed no more, and stays with the tab that has its rows at work", async () => {
  const listeners: ((hash: string) => void)[] = [];
  const tabs = {
    removed(hash: string) {
      for (const gone of listeners) gone(hash);
    },
    listen: (gone: (hash: string) => void) => void listeners.push(gone),
  };
  const archive = openDataArchive();
  const open = () => createDataLibrary({ say: () => undefined }, archive, tabs);
  const first = open();
  const read = readOf("71=");
  const task = await first.keep("mine.jsonl", read);
  const [idle, working] = [open(), open()];
  await Promise.all([idle.ready, working.load(hashInTaskId(task)!)]);
  await first.remove(read.hash);
  expect([idle, working].map(({ store }) => store.getState().sets)).toEqual([[], []]);
  expect([idle.sent(hashInTaskId(task)!), working.sent(hashInTaskId(task)!)?.task]).toEqual([undefined, task]);
});

test("a set whose file is opened again while it is being forgotten stays", async () => {
  const { data } = library();
  const read = readOf("72=");
  await data.keep("mine.jsonl", read);
  data.forget(read.hash);
  await data.keep("again.jsonl", read);
  const { sets, undo } = data.store.getState();
  expect([sets.map(({ name }) => name), undo]).toEqual([["again.jsonl"], undefined]);
});

test("a newer build is not kept from the database by this one", async () => {
  await openDataArchive();
  const newer = await openDB("policy-lab-data", 2);
  expect(newer.version).toBe(2);
  newer.close();
});
