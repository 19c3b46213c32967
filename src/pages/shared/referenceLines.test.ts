import { expect, test } from "vitest";
import type { ChartLine } from "../../charts/series/line.ts";
import type { Receipt } from "../../lab/link/receipt.ts";
import { MetricTable } from "../../lab/record/metricTable.ts";
import { linesOfReceipt, linesOfSeries, withReferenceLines } from "./referenceLines.ts";

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
  const joined = withReferenceLines(source, linesOfReceipt(receipt)).line("reward", "reward", 1)!;
  expect(joined.points).toBe(line.points);
  expect(joined.behind).toEqual([
    { x: 1, y: 0.1 },
    { x: 9, y: 0.3 },
  ]);
});

test("before this run has a metric its reference line stands alone, and says no value of this run", () => {
  const alone = withReferenceLines(source, linesOfReceipt(receipt)).line("loss", "loss", 2)!;
  expect(alone.points).toEqual([]);
  expect(alone.behind).toHaveLength(2);
  expect(alone.valueAt()).toBeUndefined();
});

test("a line that has not changed is the same one again, and so is its reference line", () => {
  const reference = linesOfReceipt(receipt);
  for (const [metric, label] of [
    ["reward", "reward"],
    ["loss", "loss"],
  ] as const) {
    expect(withReferenceLines(source, reference).line(metric, label, 1)).toBe(
      withReferenceLines(source, reference).line(metric, label, 1),
    );
  }
  expect(withReferenceLines(source, undefined)).toBe(source);
  expect(withReferenceLines(source, reference).line("entropy", "own", 1)).toBeUndefined();
});

test("a recorded run is a reference of all its metrics", () => {
  const series = new MetricTable();
  series.append({ step: 1, values: { entropy: 1 } });
  series.append({ step: 2, values: { entropy: 2 } });
  const reference = linesOfSeries(series);
  expect(reference.points("entropy")).toEqual([
    { x: 1, y: 1 },
    { x: 2, y: 2 },
  ]);
  expect(reference.points("entropy")).toBe(reference.points("entropy"));
  expect(reference.points("loss")).toBeUndefined();
});
