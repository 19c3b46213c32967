import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parseConfig } from "../../lab/experiment/config.ts";
import type { RunRecord, RunTone } from "../../lab/record/runRecord.ts";
import { createLab, type Lab } from "../lab.ts";
import { stateOf } from "../testLab.ts";
import { WorkerStandIn } from "../testWorker.ts";
import { type Archive, memoryArchive } from "./archive.ts";
import { createHistory, type RunHistory } from "./history.ts";

/*
 * A run of 10,000 steps among 100 kept ones: what is done for each event is counted, not timed.
 */

const STEPS = 10_000;
const RUNS = 100;
/** Steps of one event, and the time between two: as the worker sends them. */
const BUNDLE = 10;
const EVERY_MS = 100;

let worker: WorkerStandIn;
let lab: Lab;
let runs: RunHistory;
let archive: Archive;
let clock = 0;

const kept = (n: number): RunRecord => ({
  id: `kept-${n}`,
  name: `Run ${n}`,
  created: n,
  config: parseConfig({ algorithm: "sft", steps: 100, seed: n }),
  policy: "tfjs",
  backend: "wasm",
  phase: "finished",
  step: 100,
  final: { "eval/accuracy": n / RUNS },
  seconds: 1,
  pinned: false,
  tone: ((n % 8) + 1) as RunTone,
});

beforeEach(async () => {
  vi.useFakeTimers();
  clock = 1e6;
  const location = { hash: `#v=1&algorithm=chord-mu&seed=1&steps=${STEPS}`, href: "http://lab.test/" };
  const window = { location, history: { replaceState() {} }, addEventListener() {}, removeEventListener() {} };
  lab = createLab(window as never, () => {
    worker = new WorkerStandIn();
    return worker;
  });
  archive = memoryArchive();
  for (let n = 0; n < RUNS; n++) await archive.save(kept(n));
  runs = createHistory(lab, {
    archive: Promise.resolve(archive),
    estimate: async () => undefined,
    now: () => clock,
    elapsed: () => clock,
  });
  await runs.ready;
});
afterEach(() => {
  runs.dispose();
  lab.dispose();
  vi.useRealTimers();
});

async function train(each: (step: number) => void): Promise<void> {
  lab.train();
  worker.emit(stateOf("ready", 0), stateOf("training", 0));
  for (let step = 0; step < STEPS; step += BUNDLE) {
    const rows = Array.from({ length: BUNDLE }, (_, i) => ({
      step: step + i + 1,
      values: { loss: 1 / (step + i + 1) },
    }));
    worker.emit(stateOf("training", step + BUNDLE), { type: "metrics", runId: "run-1", rows });
    clock += EVERY_MS;
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    each(step + BUNDLE);
  }
  worker.emit(stateOf("finished", STEPS));
  await vi.advanceTimersByTimeAsync(1000);
  await runs.settled();
}

test("each event of a run tells its listeners a bounded number of times, and the list of runs once a second", async () => {
  let told = 0;
  let listed = 0;
  lab.run.subscribe(() => told++);
  runs.store.subscribe((now, before) => {
    if (now.entries !== before.entries) listed++;
  });
  await train(() => {});
  const events = STEPS / BUNDLE;
  // The state, and the version of the columns.
  expect(told).toBeLessThanOrEqual(2 * events + 10);
  expect(listed).toBeLessThanOrEqual((events * EVERY_MS) / 1000 + 10);
});

test("while one run of a hundred trains, the other ninety-nine stay the very same entries", async () => {
  const before = new Map(runs.store.getState().entries.map((entry) => [entry.id, entry]));
  await train(() => {});
  const { entries } = runs.store.getState();
  expect(entries).toHaveLength(RUNS + 1);
  expect(entries.filter((entry) => before.get(entry.id) === entry)).toHaveLength(RUNS);
});

test("a run of ten thousand steps is written as it grows: few rows with each save, and all of them in the end", async () => {
  const rows: number[] = [];
  const { save } = archive;
  archive.save = (record, growth) => {
    if (growth) rows.push(growth.steps.length);
    return save(record, growth);
  };
  await train(() => {});
  expect(rows.length).toBeGreaterThan(10);
  // Saves are five seconds, that is 500 rows, apart; a part may grow by as much again before the next begins.
  expect(Math.max(...rows)).toBeLessThanOrEqual(1100);
  const { id } = runs.store.getState().records[0]!;
  const { steps, metrics } = (await archive.table(id)).rows();
  expect([...steps]).toEqual(Array.from({ length: STEPS }, (_, i) => i + 1));
  expect(metrics.loss!.at(-1)).toBe(1 / STEPS);
});
