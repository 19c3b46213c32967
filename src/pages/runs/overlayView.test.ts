import { expect, test } from "vitest";
import { createHistoryStore, type HistoryState, withRecords } from "../../app/history/historyStore.ts";
import { type FlatConfig, parseConfig } from "../../lab/experiment/config.ts";
import type { RunRecord, RunTone } from "../../lab/record/runRecord.ts";
import { sharedPhases, viewOf } from "./overlayView.ts";
import { entryDifference, entryState, referenceOf } from "./words.ts";

const run = (id: string, settings: FlatConfig, more: Partial<RunRecord> = {}): RunRecord => ({
  id,
  name: id,
  created: Number(id.slice(1)),
  config: parseConfig(settings),
  policy: "simd",
  backend: "wasm",
  phase: "finished",
  step: 60,
  final: { "eval/accuracy": 0.5 },
  seconds: 1,
  pinned: false,
  tone: Number(id.slice(1)) as RunTone,
  ...more,
});

function stateOf(records: readonly RunRecord[], more: Partial<HistoryState> = {}): HistoryState {
  const shown = records.map(({ id }) => id);
  return {
    ...createHistoryStore({ shown, solo: undefined, baseline: undefined }).getState(),
    ...withRecords(records),
    ...more,
  };
}

const parity = { task: "parity", algorithm: "grpo" };
const countdown = { task: "countdown", algorithm: "sft" };
const labels = (state: HistoryState, about: FlatConfig) =>
  viewOf(state, parseConfig(about)).others.map(({ label }) => label);

test("only runs of the problems that the page is about are drawn, and the others are named with theirs", () => {
  const records = [run("r1", parity), run("r2", countdown), run("r3", { ...parity, bits: 10 })];
  const view = viewOf(stateOf(records), parseConfig({ ...parity, algorithm: "sft" }));
  expect(view.own).toBeDefined();
  expect(view.others.map(({ label }) => label)).toEqual(["r1"]);
  expect(view.apart).toBe(
    "Not drawn here, since their numbers mean something else: “r2” (Countdown), “r3” (other problems of Parity).",
  );
  expect(labels(stateOf(records), countdown)).toEqual(["r2"]);
  expect(viewOf(stateOf(records.slice(0, 1)), parseConfig(parity)).apart).toBeUndefined();
});

test("tokens of a run whose settings are not known are drawn alone, and compared with nothing", () => {
  const records = [run("r1", parity), run("r2", parity, { phase: "tokens", step: 1 })];
  const state = stateOf(records);
  expect(labels(state, parity)).toEqual(["r1"]);
  expect(viewOf(state, parseConfig(parity)).apart).toContain("“r2” (problems not known)");
  expect(labels({ ...state, solo: "r2" }, parity)).toEqual(["r2"]);
  const [r1, r2] = ["r1", "r2"].map((id) => state.entries.find((entry) => entry.id === id)!);
  expect(entryDifference(r2!, r1)).toBeUndefined();
  expect(entryState(r2!, undefined)).toBe("1 step from a file");
});

test("where the run in the worker is out of view, those of the newest known settings are drawn", () => {
  const records = [run("r1", countdown), run("r2", parity, { phase: "tokens", step: 1 }), run("r3", countdown)];
  const view = viewOf(stateOf(records, { live: "r3", shown: ["r1", "r2"] }), parseConfig(parity));
  expect(view.own).toBeUndefined();
  expect(view.others.map(({ label }) => label)).toEqual(["r1"]);
  expect(view.apart).toMatch(/: “r2” \(problems not known\)\.$/);
});

test("many runs of other problems are counted, not all named", () => {
  const records = [1, 2, 3, 4, 5].map((n) => run(`r${n}`, countdown));
  expect(viewOf(stateOf(records), parseConfig(parity)).apart).toMatch(/“r3” \(Countdown\), 2 more\.$/);
});

test("one run by itself is drawn whatever the page is about", () => {
  const view = viewOf(stateOf([run("r1", parity), run("r2", countdown)], { solo: "r2" }), parseConfig(parity));
  expect(view).toMatchObject({ own: undefined, alone: "r2", apart: undefined });
});

test("a run that was stopped is no baseline, on the charts or in the list", () => {
  const stopped = run("r1", parity, { phase: "stopped", step: 3 });
  const state = stateOf([stopped, run("r2", parity)], { baseline: "r1" });
  expect(viewOf(state, parseConfig(parity)).others.map(({ label, faint }) => [label, faint])).toEqual([
    ["r1", false],
    ["r2", false],
  ]);
  expect(referenceOf(state)?.id).toBe("r2");
  const done = stateOf([run("r1", parity), run("r2", parity)], { baseline: "r1" });
  expect(viewOf(done, parseConfig(parity)).others[0]).toMatchObject({ label: "r1", faint: true });
});

test("borders of phases are drawn only where every run in view has them", () => {
  const two = { ...countdown, steps: 20, phases: 2, "phase2.algorithm": "grpo", "phase2.steps": 40 };
  const shared = (records: readonly RunRecord[], about: FlatConfig) => {
    const config = parseConfig(about);
    return sharedPhases(viewOf(stateOf(records), config), config)?.phases?.length;
  };
  expect(shared([], two)).toBe(1);
  expect(shared([run("r1", two)], two)).toBe(1);
  expect(shared([run("r1", countdown)], two)).toBeUndefined();
});
