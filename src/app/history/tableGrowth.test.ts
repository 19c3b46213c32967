import { expect, test } from "vitest";
import { MetricTable } from "../../lab/record/metricTable.ts";
import { growthOf, PART_ROWS } from "./tableGrowth.ts";

test("ten thousand steps are written in parts of a few hundred rows, and the parts make the whole", () => {
  const series = new MetricTable();
  const grown = growthOf(series);
  const parts = new Map<number, ReturnType<typeof grown>>();
  let written = 0;
  let most = 0;
  for (let step = 1; step <= 10_000; step++) {
    series.append({ step, values: { loss: 1 / step } });
    if (step % 50 === 0) series.append({ step, values: { "eval/accuracy": 0.5 } });
    if (step % 40 !== 0) continue;
    const part = grown();
    parts.set(part.at, part);
    part.written?.();
    written += part.steps.length;
    most = Math.max(most, part.steps.length);
  }
  parts.set(grown().at, grown());
  expect(MetricTable.joined([...parts.values()]).rows()).toEqual(series.rows());
  expect(most).toBeLessThanOrEqual(PART_ROWS + 41);
  // Instead of every row with each of 250 saves.
  expect(written).toBeLessThan(5 * 10_000);
});

test("a row that was written gets its late values with the next part", () => {
  const series = new MetricTable();
  const grown = growthOf(series);
  for (let step = 1; step <= 300; step++) series.append({ step, values: { loss: step } });
  const first = grown();
  first.written?.();
  series.append({ step: 300, values: { "eval/accuracy": 1 } });
  const second = grown();
  expect(second).toMatchObject({ at: 299, metrics: { "eval/accuracy": Float64Array.of(1) } });
  expect(MetricTable.joined([first, second]).rows()).toEqual(series.rows());
});

test("rows that could not be written are written with the next part", () => {
  const series = new MetricTable();
  const grown = growthOf(series);
  for (let step = 1; step <= 300; step++) series.append({ step, values: { loss: step } });
  grown();
  series.append({ step: 301, values: { loss: 301 } });
  expect(MetricTable.joined([grown()]).rows()).toEqual(series.rows());
});

test("a run that goes on writes what is new after what was kept", () => {
  const series = MetricTable.from({ steps: Float64Array.of(1, 2, 3), metrics: { loss: Float64Array.of(3, 2, 1) } });
  const grown = growthOf(series, 3);
  series.append({ step: 4, values: { loss: 0 } });
  expect(grown()).toMatchObject({
    at: 2,
    steps: Float64Array.of(3, 4),
    metrics: { loss: Float64Array.of(1, 0) },
  });
});
