import { expect, test } from "vitest";
import type { ChartLine } from "../../charts/series/line.ts";
import type { Receipt } from "../../lab/link/receipt.ts";
import { MetricTable } from "../../lab/record/metricTable.ts";
import { ghostOfReceipt, ghostOfSeries, withGhost } from "./referenceLines.ts";

const line: ChartLine = { label: "reward", tone: 1, points: [{ x: 1, y: 0.5 }], valueAt: () => 0.5 };
const source = { line: (metric: string) => (metric === "reward" ? line : undefined) };
const receipt: Receipt = {
  ...{ backend: "tfjs/wasm", hash: "", steps: 9, tolerance: 0.05 },
  curves: [
    { metric: "reward", steps: [1, 5, 9], values: [0.1, Number.NaN, 0.3], rounding: 0 },
    { metric: "loss", steps: [1, 9], values: [2, 1], rounding: 0 },
  ],
};

test("a sender's curve stands behind the line, without the points that had no value", () => {
  const joined = withGhost(source, ghostOfReceipt(receipt)).line("reward", "reward", 1)!;
  expect(joined.points).toBe(line.points);
  expect(joined.behind).toEqual([
    { x: 1, y: 0.1 },
    { x: 9, y: 0.3 },
  ]);
});

test("before this run has a metric its ghost stands alone, and says no value of this run", () => {
  const alone = withGhost(source, ghostOfReceipt(receipt)).line("loss", "loss", 2)!;
  expect(alone.points).toEqual([]);
  expect(alone.behind).toHaveLength(2);
  expect(alone.valueAt()).toBeUndefined();
});

test("a line that has not changed is the same one again, and so is its ghost", () => {
  const ghost = ghostOfReceipt(receipt);
  for (const [metric, label] of [
    ["reward", "reward"],
    ["loss", "loss"],
  ] as const) {
    expect(withGhost(source, ghost).line(metric, label, 1)).toBe(withGhost(source, ghost).line(metric, label, 1));
  }
  expect(withGhost(source, undefined)).toBe(source);
  expect(withGhost(source, ghost).line("entropy", "own", 1)).toBeUndefined();
});

test("a recorded run is a ghost of all its metrics", () => {
  const series = new MetricTable();
  series.append({ step: 1, values: { entropy: 1 } });
  series.append({ step: 2, values: { entropy: 2 } });
  const ghost = ghostOfSeries(series);
  expect(ghost.points("entropy")).toEqual([
    { x: 1, y: 1 },
    { x: 2, y: 2 },
  ]);
  expect(ghost.points("entropy")).toBe(ghost.points("entropy"));
  expect(ghost.points("loss")).toBeUndefined();
});
