import { expect, test } from "vitest";
import { LESSONS } from "../../lab/lessons/index.ts";
import type { ShownRun } from "../../lab/lessons/shownRun.ts";
import { armsApart, recordedOwn, textsApart } from "./recordedRun.ts";

const lesson = LESSONS.find(({ id }) => id === "chord-parts")!;

const run = (weight: readonly number[], tokens: readonly string[] = ["1", "0", "<eos>"]): ShownRun => ({
  before: [],
  after: [],
  row: { feed: "demos", prompt: "p10=", tokens, logp: [-1, -2, -3], entropy: [1, 1, 1], weight, views: {} },
});

test("arms are shown apart where the tokens of the same answer stand differently to one another, the own one first", () => {
  const arms = {
    "chord-mu": run([0.5, 0.5, 0.5]),
    "chord-phi": run([0.1, 0, 0.02]),
    // Another share of the same weights, and another answer.
    fixed: run([0.1, 0.1, 0.1]),
    grpo: run([0.3, 0, 0], ["0", "<eos>"]),
  };
  expect(armsApart(lesson, { seed: 11, arms }).map(({ arm }) => arm.id)).toEqual(["chord-mu", "chord-phi"]);
  expect(textsApart(lesson, { seed: 11, arms }).map(({ arm }) => arm.id)).toEqual(["chord-mu", "grpo"]);
  expect(recordedOwn(lesson, { seed: 11, arms })).toMatchObject({ label: "CHORD-µ", seed: 11 });
});

test("nothing is shown of a record without the own arm", () => {
  expect(armsApart(lesson, { seed: 11, arms: { grpo: run([1, 1, 1]) } })).toEqual([]);
  expect(textsApart(lesson, { seed: 11, arms: {} })).toEqual([]);
  expect(recordedOwn(lesson, undefined)).toBeUndefined();
});
