import { expect, test } from "vitest";
import type { ChartLine } from "../series/line.ts";
import { chartCsv } from "./chartCsv.ts";

const column = (steps: readonly number[], values: readonly number[]) => ({
  steps: Float64Array.from([...steps, 999]),
  values: Float64Array.from([...values, 999]),
  length: steps.length,
});
const line = (label: string, steps: readonly number[], values: readonly number[]): ChartLine => ({
  label,
  tone: 1,
  points: [],
  full: column(steps, values),
  valueAt: () => undefined,
});

test("every measured number is there, unrounded, one row a step, with gaps where a line has none", () => {
  const csv = chartCsv([line("loss", [1, 2, 3], [0.1 + 0.2, Number.NaN, 3]), line("held out", [0, 3], [5, 4e-7])]);
  expect(csv).toBe("step,loss,held out\r\n0,,5\r\n1,0.30000000000000004,\r\n3,3,4e-7\r\n");
});

test("ten thousand steps are ten thousand rows, whatever was drawn", () => {
  const steps = Array.from({ length: 10_000 }, (_, i) => i + 1);
  expect(chartCsv([line("loss", steps, steps)]).split("\r\n")).toHaveLength(10_002);
});

test("tokens and seconds come first where they are known, a band's ends after its line, and names are quoted", () => {
  const mean: ChartLine = {
    ...line('5 seeds, "mean"', [1, 2], [0.5, 0.6]),
    beside: [{ label: "95% low", full: column([1, 2], [0.4, 0.5]) }],
    clock: (unit, step) => (unit === "tokens" ? 100 * step : undefined),
  };
  expect(chartCsv([mean]).split("\r\n").slice(0, 2)).toEqual([
    'step,tokens,"5 seeds, ""mean""","5 seeds, ""mean"" 95% low"',
    "1,100,0.5,0.4",
  ]);
});

test("a name that a spreadsheet would compute is guarded, and a negative number is not", () => {
  const csv = chartCsv([line("=1+2", [1], [-0.5]), line("@SUM(A1)", [1], [1e-7]), line("-x", [1], [2])]);
  expect(csv).toBe("step,'=1+2,'@SUM(A1),'-x\r\n1,-0.5,1e-7,2\r\n");
});
