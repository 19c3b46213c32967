import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import { UNDO_MS } from "../undo.ts";
import type { KeptData } from "./dataArchive.ts";
import { createForgetting, type ListedData } from "./forgetting.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const set = (hash: string) => ({ hash, name: `${hash}.jsonl` }) as KeptData;

function open() {
  const store = createStore<ListedData>(() => ({ sets: ["a", "b"].map(set) }));
  const removed: string[] = [];
  const listed = () => store.getState().sets.map(({ hash }) => hash);
  return { ...createForgetting(store, async (hash) => void removed.push(hash)), store, removed, listed };
}

test("a set that is forgotten is listed no more, and gone only after ten seconds", () => {
  const { forget, store, removed, listed } = open();
  forget("a");
  vi.advanceTimersByTime(UNDO_MS - 1);
  expect([listed(), removed, store.getState().undo?.hash]).toEqual([["b"], [], "a"]);
  vi.advanceTimersByTime(1);
  expect([removed, store.getState().undo]).toEqual([["a"], undefined]);
});

test("until then it can be brought back, unless another one has followed it", () => {
  const { forget, undo, removed, listed } = open();
  forget("b");
  undo();
  vi.advanceTimersByTime(UNDO_MS);
  expect([listed(), removed]).toEqual([["b", "a"], []]);
  forget("a");
  forget("b");
  undo();
  expect([listed(), removed]).toEqual([["b"], ["a"]]);
});
