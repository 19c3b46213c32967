import { expect, test } from "vitest";
import { isEvaluation, isMetric, METRICS, type Metrics } from "./metrics.ts";

test("every metric has a label and a domain that is not empty", () => {
  for (const [name, { label, domain }] of Object.entries(METRICS)) {
    expect(label.trim(), name).not.toBe("");
    expect(domain[0], name).toBeLessThan(domain[1]);
  }
});

test("the accuracy on a kind of problems is a metric of every task; another name is not", () => {
  expect(isMetric("eval/accuracy/sort")).toBe(true);
  expect(["eval/accuracy/", "eval/acuracy", "", "__proto__", "toString"].filter(isMetric)).toEqual([]);
});

test("what an evaluation measures is there at step 0, what an update measures is not", () => {
  expect(["eval/nll", "kl/start", "eval/accuracy/sort"].every(isEvaluation)).toBe(true);
  expect(["loss", "kl", "reward"].some(isEvaluation)).toBe(false);
});

test("a misspelt name is a type error", () => {
  const right: Metrics = { loss: 1, "eval/accuracy/sort": 0.5 };
  // @ts-expect-error no such metric
  const wrong: Metrics = { los: 1 };
  expect([right, wrong]).toHaveLength(2);
});
