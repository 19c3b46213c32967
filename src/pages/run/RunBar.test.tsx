// @vitest-environment happy-dom
import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createLab, type Lab } from "../../app/lab.ts";
import { WorkerStandIn } from "../../app/workerStandIn.ts";
import type { LabEvent } from "../../lab/worker/protocol.ts";
import { LabContext } from "../labContext.ts";
import { RunBar } from "./RunBar.tsx";

let worker: WorkerStandIn;
let lab: Lab;

beforeEach(() => {
  vi.useFakeTimers();
  history.replaceState(null, "", "/#v=1&preset=chord-mu-countdown&seed=1&steps=1000");
  lab = createLab(window, () => {
    worker = new WorkerStandIn();
    return worker;
  });
  render(
    <LabContext value={lab}>
      <RunBar />
    </LabContext>,
  );
  act(() => lab.train());
  act(() => worker.emit(state("ready", 0), state("training", 0)));
});
afterEach(() => {
  cleanup();
  lab.dispose();
  vi.useRealTimers();
});

const state = (phase: "ready" | "training" | "paused", step: number): LabEvent => ({
  type: "state",
  runId: "run-1",
  state: { phase, step },
});
const row = (step: number): LabEvent => ({ type: "metrics", runId: "run-1", rows: [{ step, values: { loss: 1 } }] });
const bar = () => screen.getByRole("progressbar").getAttribute("aria-valuenow");

test("the bar of a fast run moves in turn with the charts and not with every event, and keeps up", async () => {
  const seen = new Set<string | null>();
  for (let step = 1; step <= 100; step++) {
    act(() => worker.emit(state("training", step), row(step)));
    await act(() => vi.advanceTimersByTimeAsync(100));
    seen.add(bar());
    expect(Number(bar())).toBeGreaterThanOrEqual(step - 10);
  }
  // Ten seconds.
  expect(seen.size).toBeGreaterThan(10);
  expect(seen.size).toBeLessThanOrEqual(25);
});

test("where a run rests is said at once, and also where it went on in between", () => {
  act(() => worker.emit(state("training", 7), row(7)));
  act(() => worker.emit(state("paused", 8)));
  expect(bar()).toBe("8");
  expect(screen.getByRole("status").textContent).toBe("Step 8 of 1000");
  expect(screen.getByText("paused")).toBeTruthy();
  act(() => worker.emit(state("training", 8)));
  expect(bar()).toBe("8");
  expect(screen.getByText("training")).toBeTruthy();
});
