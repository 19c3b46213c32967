import { expect, test } from "vitest";
import { type MetricRow, MetricTable } from "./metricTable.ts";
import { thinRow, thinTable, tokenSteps } from "./recording.ts";
import { whatHappened } from "./whatHappened.ts";

function tableOf(rows: readonly MetricRow[]): MetricTable {
  const table = new MetricTable();
  for (const row of rows) table.append(row);
  return table;
}

const run = (accuracy: readonly number[], entropy: readonly number[]) =>
  tableOf(accuracy.map((value, i) => ({ step: i * 20, values: { "eval/accuracy": value, entropy: entropy[i]! } })));

test("a dip and a return are told with their steps", () => {
  const sentence = whatHappened(run([0.34, 0.2, 0.1, 0.5], [0.25, 0.9, 0.5, 0.3]));
  expect(sentence).toBe(
    "In 60 steps, the share of held-out problems that it solves fell from 34% to 10% by step 40 and came back to 50%; entropy climbed from 0.25 to 0.90 nats at step 20 and settled at 0.30.",
  );
});

test("a rise, a fall and no change are told apart, and scatter is no change", () => {
  expect(whatHappened(run([0.3, 0.5, 0.7], [1, 0.6, 0.2]))).toContain(
    "rose from 30% to 70%; entropy fell from 1.00 to 0.20 nats",
  );
  expect(whatHappened(run([0.7, 0.5, 0.3], [1, 1, 1.1]))).toContain("fell from 70% to 30%; entropy stayed");
  expect(whatHappened(run([0.5, 0.52, 0.49], [1, 1, 1]))).toContain("stayed near 49%");
  expect(
    whatHappened(
      tableOf([
        { step: 0, values: {} },
        { step: 9, values: {} },
      ]),
    ),
  ).toBe("The run made 9 steps.");
});

test("a long run is thinned, and no evaluation is lost", () => {
  const long = Array.from({ length: 1001 }, (_, step) => ({
    step,
    values: { reward: 200 / 3, "cll/own/mean": 1, ...(step % 50 === 0 && { "eval/accuracy": 0.5 }) },
  }));
  const kept = thinTable(tableOf(long), "grpo", 50);
  expect(kept.length).toBeLessThan(230);
  expect(kept.rows().metrics["eval/accuracy"]!.filter(Number.isFinite)).toHaveLength(21);
  const { metrics } = kept.rows(1, 2);
  expect([metrics.reward, metrics["eval/accuracy"]]).toEqual([Float64Array.of(66.667), Float64Array.of(Number.NaN)]);
  expect(Object.keys(metrics)).not.toContain("cll/own/mean");
  expect(kept.step).toBe(1000);
});

test("tokens are kept of the first step, the last, and a few between", () => {
  expect(tokenSteps(120)).toEqual([1, 10, 20, 40, 60, 90, 120]);
  expect(tokenSteps(1)).toEqual([1]);
  const row = { feed: "demos", prompt: "p", tokens: ["a"], logp: [-0.123456], entropy: [1.23456], weight: [1 / 3] };
  expect(thinRow({ ...row, views: { p: [0.98765] } })).toMatchObject({
    logp: [-0.123],
    weight: [0.333],
    views: { p: [0.988] },
  });
});
