import { expect, test } from "vitest";
import type { Run } from "../../../app/runStore.ts";
import { parseConfig } from "../../../lab/experiment/config.ts";
import { MetricTable } from "../../../lab/record/metricTable.ts";
import { alertsOfRun } from "./useAlerts.ts";

test("a run of ten thousand steps is looked at some hundred times as closely as once, and its alerts come all the same", () => {
  const series = new MetricTable();
  const { column } = series;
  let looked = 0;
  series.column = (metric) => {
    const found = column.call(series, metric);
    if (metric === "entropy") looked += found?.length ?? 0;
    return found;
  };
  const run = (step: number, phase: "training" | "finished") =>
    ({
      id: "run-1",
      config: parseConfig({ algorithm: "grpo", steps: 10_000 }),
      state: { phase, step },
      series,
      version: step,
    }) as unknown as Run;
  const hidden: [] = [];
  let first: number | undefined;
  for (let step = 1; step <= 10_000; step++) {
    series.append({ step, values: { entropy: step < 5000 ? 1 : 0.01 } });
    if (alertsOfRun(run(step, "training"), hidden).length > 0) first ??= step;
  }
  // Looking at all of it with every step would be fifty million values.
  expect(looked).toBeLessThan(200 * 10_000);
  expect(first).toBeGreaterThanOrEqual(5000);
  expect(first).toBeLessThan(5100);
  expect(alertsOfRun(run(10_000, "finished"), hidden)).toMatchObject([{ id: "entropy-collapse", from: 5000 }]);
});
