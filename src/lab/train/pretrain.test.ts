import { expect, it } from "vitest";
import type { AdamW, Policy, Sequences } from "../policy/policy.ts";
import { duo } from "../tasks/duo.ts";
import type { Stage, StyleShares, Task } from "../tasks/task.ts";
import { decode, EOS } from "../tokenizer/characters.ts";
import { pretrain, stepsOf } from "./pretrain.ts";

const NATIVE: StyleShares = { native: 1, expert: 0, flawed: 0 };
const EXPERT: StyleShares = { native: 0, expert: 1, flawed: 0 };
const STAGES: readonly Stage[] = [
  { styles: EXPERT, hinted: 0, prompts: 0, steps: 3, batch: 16, lr: 1e-2 },
  { styles: NATIVE, stylesOf: { parity: EXPERT }, hinted: 0.5, prompts: 0, steps: 2, batch: 40, lr: 1e-3 },
];
const task = duo as unknown as Task;

/** What a policy would have been told, row by row, and the learning rate of each step. */
async function lessons(stages: readonly Stage[]) {
  const told: string[][] = [];
  const rates: number[] = [];
  const learn: Policy["learn"] = async ([batch]: readonly Sequences[], _assign, { lr }: AdamW) => {
    const { rows, length, ids } = batch!;
    told.push(Array.from({ length: rows }, (_, b) => textOf([...ids.subarray(b * length, (b + 1) * length)])));
    rates.push(lr);
    return { gradNorm: 0, paramNorm: 0, scores: [] };
  };
  for await (const _loss of pretrain({ learn }, task, { seed: 3, stages, params: {} }));
  return { told, rates };
}
const textOf = (ids: readonly number[]) => decode(ids.slice(1, ids.indexOf(EOS)));

it("goes through the stages, each with its own batch and its own warm-up", async () => {
  const { told, rates } = await lessons(STAGES);
  expect(stepsOf(STAGES)).toBe(5);
  expect(told.map((rows) => rows.length)).toEqual([16, 16, 16, 40, 40]);
  expect(rates[3]! / rates[0]!).toBeLessThan(0.12);
  expect(new Set(told.flat()).size).toBeGreaterThan(120);
});

it("writes each kind in the styles that the stage gives it, and hints as often as it says", async () => {
  const { told } = await lessons(STAGES);
  for (const row of told.slice(0, 3).flat()) expect(row).toContain(">");
  const later = told.slice(3).flat();
  const hinted = later.filter((row) => row.startsWith("#"));
  expect(hinted.length / later.length).toBeGreaterThan(0.3);
  expect(hinted.length / later.length).toBeLessThan(0.7);
  for (const row of later.filter((one) => !one.startsWith("#"))) expect(row.includes(">")).toBe(row.startsWith("p"));
});

it("makes one stage as it makes the first of two", async () => {
  const alone = await lessons(STAGES.slice(0, 1));
  const both = await lessons(STAGES);
  expect(both.told.slice(0, 3)).toEqual(alone.told);
  expect(both.rates.slice(0, 3)).toEqual(alone.rates);
});
