import { expect, test } from "vitest";
import { clockScale, stepScale } from "../../../charts/scales/xScale.ts";
import { MetricTable } from "../../../lab/record/metricTable.ts";
import { metricSource, sourceOfSeries } from "../../shared/metricSource.ts";
import { shapedSource } from "./shapedLines.ts";

function seriesOf(length: number, value: (step: number) => number): MetricTable {
  const series = new MetricTable();
  for (let step = 1; step <= length; step++) {
    series.append({ step, values: { loss: value(step), mu: value(step), num_tokens: 10 * step }, seconds: step / 4 });
  }
  return series;
}
const plain = { smooth: 0, xScale: stepScale(1000) };

test("a long line is thinned with its extremes, and says how many of its points are drawn", () => {
  const source = shapedSource(sourceOfSeries(seriesOf(1000, (step) => (step === 777 ? 50 : 1))), plain);
  const line = source.line("loss", "loss", 1)!;
  expect(line.points.length).toBeLessThanOrEqual(300);
  expect(line.points).toContainEqual({ x: 777, y: 50 });
  expect(line.thinned).toEqual({ drawn: line.points.length, measured: 1000 });
});

test("zoomed in, the same line has every point in view and one beyond each edge", () => {
  const xScale = stepScale(1000, { from: 100, to: 200 });
  const line = shapedSource(sourceOfSeries(seriesOf(1000, Math.sqrt)), { smooth: 0, xScale }).line("loss", "loss", 1)!;
  expect([line.points[0]!.x, line.points.at(-1)!.x, line.points.length]).toEqual([99, 201, 103]);
  expect(line.thinned).toEqual({ drawn: 103, measured: 103 });
});

test("a smoothed line keeps its raw points behind and its measured values in the readout; what is set is not smoothed", () => {
  const source = shapedSource(sourceOfSeries(seriesOf(100, (step) => step % 2)), { ...plain, smooth: 0.9 });
  const line = source.line("loss", "loss", 1)!;
  expect(line.raw).toHaveLength(100);
  expect(line.points.at(-1)!.y).toBeCloseTo(0.5, 1);
  expect(line.valueAt(99)).toBe(1);
  const mu = source.line("mu", "µ", 1)!;
  expect(mu.raw).toBeUndefined();
  expect(mu.points.map(({ y }) => y)).toEqual(Array.from({ length: 100 }, (_, i) => (i + 1) % 2));
});

test("on an axis of seconds or tokens a line's points stand where its own run was", () => {
  const series = seriesOf(100, Math.sqrt);
  const { clock } = sourceOfSeries(series);
  for (const [unit, each] of [
    ["seconds", 0.25],
    ["tokens", 10],
  ] as const) {
    const xScale = clockScale(unit, 200, 100, (step) => clock!(unit, step))!;
    const line = shapedSource(sourceOfSeries(series), { smooth: 0, xScale }).line("loss", "loss", 1)!;
    expect(line.points.slice(0, 2).map(({ x }) => x)).toEqual([each, 2 * each]);
    expect(xScale.max).toBeCloseTo(200 * each, 9);
  }
});

test("a line that has not grown is the very same one, so that nothing is drawn again", () => {
  const series = seriesOf(20, Math.sqrt);
  const run = { series, version: 1 } as Parameters<typeof metricSource>[0];
  const line = (version: number) => shapedSource(metricSource({ ...run!, version }), plain).line("loss", "loss", 1);
  const before = line(1);
  expect(line(2)).toBe(before);
  series.append({ step: 21, values: { loss: 1 } });
  expect(line(3)).not.toBe(before);
});
