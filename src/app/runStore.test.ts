import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LabEvent } from "../lab/worker/protocol.ts";
import { readLink } from "./draftStore.ts";
import { createRunStore, stepOf } from "./runStore.ts";

const { config } = readLink("");
const compute = { policy: "auto", backend: "auto" } as const;

function begun() {
  const store = createRunStore();
  store.begin("a", config, compute);
  return store;
}

const metrics = (runId: string, ...steps: number[]): LabEvent => ({
  type: "metrics",
  runId,
  rows: steps.map((step) => ({ step, values: { loss: step / 10 } })),
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("metrics go into columns, and the version tells of them at most ten times a second", () => {
  const store = begun();
  const versions: number[] = [];
  store.subscribe(({ run }) => versions.push(run!.version));
  for (let step = 1; step <= 100; step++) {
    store.receive(metrics("a", step));
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(200);
  expect(store.getState().run!.series.length).toBe(100);
  expect(versions.length).toBeGreaterThanOrEqual(8);
  expect(versions.length).toBeLessThanOrEqual(11);
});

test("events of a run that is no longer shown are dropped", () => {
  const store = begun();
  store.begin("b", config, compute);
  store.receive(metrics("a", 1, 2));
  store.receive({ type: "state", runId: "a", state: { phase: "training", step: 2 } });
  expect(store.getState().run!.series.length).toBe(0);
  expect(store.getState().run!.state.phase).toBe("loading");
});

test("an intervention becomes part of the run's experiment once it took effect", () => {
  const store = begun();
  store.await("lr", 0.001);
  expect(store.getState().run!.awaited).toEqual({ lr: 0.001 });
  store.receive({ type: "intervened", runId: "a", step: 5, key: "lr", value: 0.001 });
  store.receive({ type: "intervened", runId: "a", step: 5, key: "lr", value: 0.001 });
  expect(store.getState().run!.awaited).toEqual({});
  expect(store.getState().run!.config.interventions).toEqual([{ step: 5, key: "lr", value: 0.001 }]);
});

test("when the worker dies the run has failed where it stood, and what was measured stays", () => {
  const store = begun();
  store.receive({ type: "state", runId: "a", state: { phase: "ready", step: 0 } });
  store.receive({ type: "state", runId: "a", state: { phase: "training", step: 7 } });
  store.receive(metrics("a", 1, 7));
  store.fail("The worker stopped.");
  const { state, series } = store.getState().run!;
  expect(state).toEqual({ phase: "failed", step: 7, message: "The worker stopped." });
  expect(stepOf(state)).toBe(7);
  expect(series.valueAt("loss")).toBe(0.7);
});
