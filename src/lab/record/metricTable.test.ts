import { expect, test } from "vitest";
import { MetricTable } from "./metricTable.ts";

test("a metric that comes at some steps only is NaN at the others and keeps its last value", () => {
  const series = new MetricTable();
  series.append({ step: 0, values: { "eval/accuracy": 0.25 } });
  series.append({ step: 1, values: { loss: 2 } });
  series.append({ step: 2, values: { loss: 1 } });
  const accuracy = series.column("eval/accuracy")!;
  expect([...accuracy.values.subarray(0, accuracy.length)]).toEqual([0.25, Number.NaN, Number.NaN]);
  expect(series.valueAt("eval/accuracy")).toBe(0.25);
  expect(series.lastStepOf("eval/accuracy")).toBe(0);
  expect(series.lastStepOf("loss")).toBe(2);
  expect(series.lastStepOf("reward")).toBeUndefined();
  expect(series.valueAt("loss", 1)).toBe(2);
  expect(series.valueAt("loss", 0)).toBeUndefined();
  expect(series.valueAt("reward")).toBeUndefined();
});

test("columns survive growth, and one that starts late has no values before", () => {
  const series = new MetricTable();
  for (let step = 1; step <= 1000; step++) {
    series.append({ step, values: step > 700 ? { loss: step, reward: -step } : { loss: step } });
  }
  const loss = series.column("loss")!;
  const late = series.column("reward")!;
  expect(series.length).toBe(1000);
  expect(series.step).toBe(1000);
  for (let i = 0; i < 1000; i++) {
    expect(loss.steps[i]).toBe(i + 1);
    expect(loss.values[i]).toBe(i + 1);
    expect(late.values[i]).toBe(i < 700 ? Number.NaN : -(i + 1));
  }
});

test("a second row of the newest step adds to it and an earlier step is left out", () => {
  const series = new MetricTable();
  series.append({ step: 5, values: { loss: 1 } });
  series.append({ step: 5, values: { reward: 0.5 } });
  series.append({ step: 4, values: { loss: 9 } });
  expect(series.length).toBe(1);
  expect(series.valueAt("loss")).toBe(1);
  expect(series.valueAt("reward")).toBe(0.5);
  expect(series.metrics).toEqual(["loss", "reward"]);
});
