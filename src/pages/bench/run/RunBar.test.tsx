// @vitest-environment happy-dom
import { act, cleanup, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { stateOf, type TestLab } from "../../../app/testLab.ts";
import type { LabEvent } from "../../../lab/worker/protocol.ts";
import { openPart } from "../../shared/testPart.tsx";
import { RunBar } from "./RunBar.tsx";

let page: TestLab;

beforeEach(() => {
  vi.useFakeTimers();
  page = openPart("#v=1&preset=chord-mu-countdown&seed=1&steps=1000", <RunBar />);
  act(() => page.lab.train());
  act(() => page.worker.emit(stateOf("ready", 0), stateOf("training", 0)));
});
afterEach(() => {
  cleanup();
  page.lab.dispose();
  vi.useRealTimers();
});

const row = (step: number): LabEvent => ({ type: "metrics", runId: "run-1", rows: [{ step, values: { loss: 1 } }] });
const bar = () => screen.getByRole("progressbar").getAttribute("aria-valuenow");

test("the bar of a fast run moves in turn with the charts and not with every event, and keeps up", async () => {
  const seen = new Set<string | null>();
  for (let step = 1; step <= 100; step++) {
    act(() => page.worker.emit(stateOf("training", step), row(step)));
    await act(() => vi.advanceTimersByTimeAsync(100));
    seen.add(bar());
    expect(Number(bar())).toBeGreaterThanOrEqual(step - 10);
  }
  // Ten seconds.
  expect(seen.size).toBeGreaterThan(10);
  expect(seen.size).toBeLessThanOrEqual(25);
});

test("where a run rests is said at once, and also where it went on in between", () => {
  act(() => page.worker.emit(stateOf("training", 7), row(7)));
  act(() => page.worker.emit(stateOf("paused", 8)));
  expect(bar()).toBe("8");
  expect(screen.getByRole("status").textContent).toBe("Step 8 of 1000");
  expect(screen.getByText("paused")).toBeTruthy();
  act(() => page.worker.emit(stateOf("training", 8)));
  expect(bar()).toBe("8");
  expect(screen.getByText("training")).toBeTruthy();
});

test("how many answers are rated is said where it takes long, and no longer than that", () => {
  const rating = (done: number): LabEvent => {
    const state = { phase: "training", step: 0, rating: { done, of: 128 } } as const;
    return { type: "state", runId: "run-1", state };
  };
  act(() => page.worker.emit(rating(13)));
  const said = screen.getByText("Rating answers");
  expect(said.parentElement!.textContent).toBe("Rating answers, 13 of 128");
  act(() => page.worker.emit(rating(26)));
  expect(said.parentElement!.textContent).toBe("Rating answers, 26 of 128");
  act(() => page.worker.emit(stateOf("training", 0)));
  expect(said.parentElement!.textContent).toBe("");
});
