// @vitest-environment happy-dom
import { act, cleanup, render, screen } from "@testing-library/react";
import { Profiler } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openLab, stateOf, type TestLab } from "../../../app/testLab.ts";
import { prepareAxes } from "../../../charts/Axes.tsx";
import { stubWidth } from "../../../charts/scales/testWidth.ts";
import type { LabEvent } from "../../../lab/worker/protocol.ts";
import { historyOf } from "../../shared/historyContext.ts";
import { LabContext } from "../../shared/labContext.ts";
import { Charts, useCursor } from "./Charts.tsx";

const STEPS = 10_000;
const OVERLAID = 8;

let page: TestLab;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", () => Promise.reject(new Error("no server")));
  stubWidth(640);
});
afterEach(() => {
  cleanup();
  page.lab.dispose();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  sessionStorage.clear();
});

const spike = 4321;
const loss = (step: number) => (step === spike ? 9 : step === spike + 1000 ? -3 : Math.sin(step / 300));
const rows = (from: number, to: number): LabEvent => ({
  type: "metrics",
  runId: "run-1",
  rows: Array.from({ length: to - from + 1 }, (_, i) => ({
    step: from + i,
    values: { loss: loss(from + i), entropy: loss(from + i), reward: loss(from + i), mu: 0.5 },
  })),
});

function Page() {
  return <Charts cursor={useCursor()} />;
}

function open(onRender: () => void): void {
  page = openLab(`#v=1&preset=chord-mu-countdown&seed=1&steps=${STEPS}`);
  render(
    <LabContext value={page.lab}>
      <Profiler id="charts" onRender={onRender}>
        <Page />
      </Profiler>
    </LabContext>,
  );
  page.lab.train();
}

const settle = async (ms = 3000) => {
  for (let turn = 0; turn < 3; turn++) await act(() => vi.advanceTimersByTimeAsync(ms));
};

const pathsOf = (name: string) =>
  [...screen.getByRole("figure", { name }).querySelectorAll<SVGPathElement>("path[data-line]")].map((path) =>
    (path.getAttribute("d") ?? "")
      .slice(1)
      .split("L")
      .map((place) => place.split(" ").map(Number) as [number, number]),
  );

test("eight runs of 10,000 steps over the one that trains are drawn with a bounded number of points, highest and lowest among them", async () => {
  open(() => {});
  const kept = historyOf(page.lab);
  await kept.ready;
  const series = {
    step: Array.from({ length: STEPS }, (_, i) => i + 1),
    loss: Array.from({ length: STEPS }, (_, i) => loss(i + 1)),
  };
  for (let n = 0; n < OVERLAID; n++) {
    const file = { name: `Long ${n}`, config: { algorithm: "chord-mu", steps: STEPS, seed: n }, series };
    const bytes = new TextEncoder().encode(JSON.stringify(file)).buffer as ArrayBuffer;
    await kept.importFiles([{ name: "run.json", arrayBuffer: async () => bytes }]);
  }
  for (const { id } of kept.store.getState().entries) kept.show(id, true);
  await settle();
  act(() => page.worker.emit(stateOf("ready", 0), stateOf("training", 0), rows(1, STEPS)));
  await settle();

  const paths = pathsOf("Loss");
  // The run that trains has come into view by itself, and one of the eight gave way.
  expect(paths).toHaveLength(OVERLAID);
  for (const places of paths) {
    expect(places.length).toBeGreaterThan(100);
    expect(places.length).toBeLessThanOrEqual(300);
    const xOf = (step: number) => 34 + (step / STEPS) * (640 - 40);
    const top = places.reduce((a, b) => (b[1] < a[1] ? b : a));
    const bottom = places.reduce((a, b) => (b[1] > a[1] ? b : a));
    expect(top[0]).toBeCloseTo(xOf(spike), 0);
    expect(bottom[0]).toBeCloseTo(xOf(spike + 1000), 0);
  }
});

test("while news comes fifty times a second, a chart's lines are drawn anew at most ten times a second", async () => {
  let renders = 0;
  open(() => renders++);
  await settle();
  act(() => page.worker.emit(stateOf("ready", 0), stateOf("training", 0), rows(1, 10)));
  await settle();
  const drawings = new Map<string, number>();
  const before = new Map<string, string>();
  const names = ["Loss", "Entropy", "Reward", "µ schedule"];
  renders = 0;
  const SECONDS = 10;
  let step = 10;
  for (let tick = 0; tick < 50 * SECONDS; tick++) {
    act(() => page.worker.emit(rows(step + 1, step + 2), stateOf("training", step + 2)));
    step += 2;
    await act(() => vi.advanceTimersByTimeAsync(20));
    for (const name of names) {
      const drawing = JSON.stringify(pathsOf(name));
      if (drawing !== before.get(name)) drawings.set(name, (drawings.get(name) ?? 0) + 1);
      before.set(name, drawing);
    }
  }
  for (const name of names) {
    expect(drawings.get(name), name).toBeGreaterThan(SECONDS);
    expect(drawings.get(name), name).toBeLessThanOrEqual(10 * SECONDS);
  }
  // Nor is anything around them rendered with every event: seven charts twice a second, and as often what they show beside lines.
  expect(renders).toBeLessThanOrEqual(7 * 2 * 2 * SECONDS);
});

test("one layer draws the lines while a run trains and at rest; recharts draws the axes at rest, in the same places", async () => {
  open(() => {});
  const figure = () => screen.getByRole("figure", { name: "Loss" });
  const line = () => figure().querySelector("path[data-line='loss']");
  const isRecharts = () => figure().querySelector(".recharts-yAxis") !== null;
  const labels = () =>
    [...figure().querySelectorAll("[data-plot] text")].map(
      (text) => `${text.textContent} at ${Math.round(Number(text.getAttribute("x")))}`,
    );
  await act(prepareAxes);
  await settle();
  act(() => page.worker.emit(stateOf("ready", 0), stateOf("training", 0), rows(1, 50)));
  await settle();
  expect(isRecharts()).toBe(false);
  const [path, live] = [line(), labels()];
  expect(live.length).toBeGreaterThanOrEqual(5);
  act(() => page.worker.emit(stateOf("paused", 50)));
  await settle();
  expect(isRecharts()).toBe(true);
  expect(labels().toSorted()).toEqual(live.toSorted());
  // The very same path goes on: no line changes hands at a pause.
  expect(line()).toBe(path);
  expect(figure().querySelector(".recharts-line-curve")).toBeNull();
  act(() => page.worker.emit(stateOf("training", 50)));
  await settle();
  expect(isRecharts()).toBe(false);
  expect(line()).toBe(path);
});
