import { afterAll, beforeAll, expect, it } from "vitest";
import { type FlatConfig, parseConfig } from "../experiment/config.ts";
import type { Policy } from "../policy/policy.ts";
import { taskById } from "../tasks/index.ts";
import { evaluate } from "./evaluate.ts";
import { hintReader } from "./testHintReader.ts";

let policy: Policy;
beforeAll(async () => {
  policy = await hintReader();
  await policy.snapshot("start");
});
afterAll(() => policy.dispose());

async function measured(settings: FlatConfig) {
  const config = parseConfig({ algorithm: "sft", evalProblems: 24, ...settings });
  return (await evaluate(policy, taskById(config.task), config, 0)).metrics;
}

it("counts the problems with a right answer among k, the first of which is the one sampled anyway", async () => {
  const short = { task: "sort", digits: 3 };
  const one = await measured(short);
  const four = await measured({ ...short, evalSamples: 4 });
  const many = await measured({ ...short, evalSamples: 12 });
  expect(Object.keys(one).filter((name) => name.includes("pass_at_k"))).toEqual([]);
  expect(four["eval/accuracy_sampled"]).toBe(one["eval/accuracy_sampled"]);
  expect(four["eval/pass_at_k"]).toBeGreaterThan(one["eval/accuracy_sampled"]!);
  expect(many["eval/pass_at_k"]).toBeGreaterThanOrEqual(four["eval/pass_at_k"]!);
  expect(four["eval/ood/pass_at_k"]).toBeGreaterThanOrEqual(four["eval/ood/accuracy_sampled"]!);
});

it("measures every kind greedily, sampled and among k", async () => {
  const metrics = await measured({ task: "duo", evalSamples: 2, evalOod: false });
  for (const kind of ["sort", "parity"]) {
    for (const name of ["accuracy", "accuracy_sampled", "pass_at_k"] as const) {
      expect(metrics[`eval/${name}/${kind}`]).toBeGreaterThanOrEqual(0);
    }
    expect(metrics[`eval/pass_at_k/${kind}`]).toBeGreaterThanOrEqual(metrics[`eval/accuracy_sampled/${kind}`]!);
  }
});

it("has the gold utility of a kind that the run does not train on", async () => {
  const one = { task: "mixture", withSentence: true, focus: "sort", evalOod: false };
  expect(await measured(one)).toHaveProperty(["eval/gold/mean"]);
  expect(await measured({ ...one, withSentence: false })).not.toHaveProperty(["eval/gold/mean"]);
});
