import { expect, test } from "vitest";
import { type FlatConfig, flatten, parseConfig, phasesOf } from "../experiment/config.ts";
import { demonstrationPool } from "../feeds/demonstrations.ts";
import { randomWeights } from "../policy/init.ts";
import { openPolicy } from "../policy/open.ts";
import { freshState } from "../policy/policy.ts";
import { SIZES } from "../policy/shape.ts";
import { initials } from "../schema.ts";
import { Run } from "../train/run.ts";
import type { DataRow } from "./dataRow.ts";
import { dataSetOf } from "./dataSet.ts";
import { DATA_PARAMS, dataTaskId } from "./dataTask.ts";
import { forgetData, knowData, taskById } from "./index.ts";

const params = initials(DATA_PARAMS);
const sums: DataRow[] = Array.from({ length: 16 }, (_, i) => ({ prompt: `${i}+1=`, answer: String(i + 1) }));
const pairs: DataRow[] = sums.map(({ prompt }) => ({ prompt, chosen: "yes", rejected: "no" }));
const labels: DataRow[] = sums.map(({ prompt }, i) => ({ prompt, completion: i % 3 ? "yes" : "no", label: i % 3 > 0 }));

async function runOn(rows: readonly DataRow[], settings: FlatConfig) {
  const task = knowData(dataSetOf(rows), "mine.jsonl");
  const config = parseConfig({ task: task.id, start: "random", size: "nano", steps: 2, evalProblems: 8, ...settings });
  const state = freshState(SIZES.nano, randomWeights(SIZES.nano, 1));
  const { policy } = await openPolicy(state, { policy: "simd", backend: "auto" });
  return Run.start(policy, config);
}

test("the rows' answers judge completions, by the rule of the settings", () => {
  const task = knowData(dataSetOf(sums));
  const problem = { prompt: "3+1=", kind: task.id };
  expect(task.verify(problem, "4", params)).toBe(1);
  expect(task.verify(problem, "3+1=4>4", params)).toBe(1);
  expect(task.verify(problem, "it is 4.0", params)).toBe(0);
  expect(task.verify(problem, "it is 4.0", { ...params, answerRule: "numeric" })).toBe(1);
  expect(task.verify({ prompt: "nobody asked", kind: task.id }, "4", params)).toBe(0);
});

test("demonstrations are the rows in their order, held-out ones apart", () => {
  const set = dataSetOf(sums);
  const task = knowData(set);
  const source = { style: "expert", seed: 1, split: "train" } as const;
  const pool = demonstrationPool(task, params, { ...source, count: 0 });
  expect(pool.count).toBe(8);
  const held = demonstrationPool(task, params, { ...source, split: "id", count: 99 });
  expect(held.count).toBe(8);
  const prompts = [pool, held].map(({ count, at }) => Array.from({ length: count }, (_, i) => at(i).problem.prompt));
  expect(prompts.flat().sort()).toEqual(sums.map(({ prompt }) => prompt).sort());
});

test("demonstrations, rollouts and evaluation train on data alone", async () => {
  const run = await runOn(sums, { algorithm: "chord-mu", demoBatch: 4, prompts: 2, groupSize: 2 });
  const { metrics } = await run.evaluate();
  expect(metrics["eval/accuracy"]).toBeDefined();
  expect(metrics["eval/ood/accuracy"]).toBeUndefined();
  const report = await run.advance(true);
  expect(report.rows.map(({ feed }) => feed)).toContain("demos");
  expect(report.rows.every(({ prompt }) => sums.some((row) => row.prompt === prompt))).toBe(true);
});

test("DPO prefers the pairs of the data; nothing is sampled for it", async () => {
  const run = await runOn(pairs, { algorithm: "dpo-offline", prompts: 4 });
  const report = await run.advance(true);
  expect(report.rows.map(({ tokens }) => tokens.join(""))).toContain("yes<eos>");
  expect(report.rows.map(({ tokens }) => tokens.join(""))).toContain("no<eos>");
  expect(flatten(run.config)).not.toHaveProperty("pairSource");
});

test("KTO reads labels of single answers, and DPO says that it does not", async () => {
  const run = await runOn(labels, { algorithm: "kto", prompts: 4 });
  const { rows } = await run.advance(true);
  for (const { feed, tokens } of rows) expect(tokens[0]).toBe(feed.endsWith("chosen") ? "y" : "n");
  await expect((await runOn(labels, { algorithm: "dpo-offline" })).advance()).rejects.toThrow("KTO reads");
});

test("an experiment on data that are not here is read and kept, and not trained", async () => {
  const id = dataTaskId("0123456789abcdef");
  const config = parseConfig({ task: id, answerRule: "numeric", start: "random", size: "nano" });
  expect(flatten(config)).toMatchObject({ task: id, answerRule: "numeric" });
  expect(taskById(id).missing).toContain("0123456789abcdef are not here");
  const state = freshState(SIZES.nano, randomWeights(SIZES.nano, 1));
  const { policy } = await openPolicy(state, { policy: "reference", backend: "auto" });
  await expect(Run.start(policy, config)).rejects.toThrow("are not here");
});

test("two sets of one hash are one task, whatever the file is called", () => {
  expect(knowData(dataSetOf(sums), "a").id).toBe(knowData(dataSetOf([...sums]), "b").id);
});

test("what was worked out while the rows were missing is worked out anew once they are here", () => {
  const set = dataSetOf(pairs.map((row) => ({ ...row, prompt: `late ${row.prompt}` })));
  const target = { task: dataTaskId(set.hash), algorithm: "dpo-offline", phases: 2, "phase2.algorithm": "dpo-online" };
  const absent = parseConfig(target);
  const [before, second] = [flatten(absent), phasesOf(absent)[1]!.config];
  knowData(set);
  const copy = { ...absent };
  expect(flatten(copy)).toEqual(flatten(parseConfig(target)));
  expect(phasesOf(copy)[1]!.config).toEqual(phasesOf(parseConfig(target))[1]!.config);
  expect(flatten(absent)).toEqual(flatten(parseConfig(target)));
  forgetData(set.hash);
  expect(flatten(absent)).toEqual(before);
  expect(phasesOf({ ...absent })[1]!.config).toEqual(second);
});
