import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createStore } from "zustand/vanilla";
import { createForgetting } from "./forgetting.ts";
import { UNDO_MS } from "./undo.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Sets {
  readonly sets: readonly { readonly hash: string }[];
  readonly undo?: { readonly hash: string } | undefined;
}

function open() {
  const store = createStore<Sets>(() => ({ sets: ["a", "b"].map((hash) => ({ hash })) }));
  const removed: string[] = [];
  const listed = () => store.getState().sets.map(({ hash }) => hash);
  const shown = {
    all: () => store.getState().sets,
    list: (next: (all: Sets["sets"]) => Sets["sets"]) => store.setState(({ sets }) => ({ sets: next(sets) })),
    waiting: { get: () => store.getState().undo, set: (undo: Sets["undo"]) => store.setState({ undo }) },
  };
  return { ...createForgetting(shown, async (hash) => void removed.push(hash)), store, removed, listed };
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
