import { expect, it } from "vitest";
import vectors from "../objectives/vectors/dpo.json" with { type: "json" };
import { rngFor } from "../rng.ts";
import { choosePair } from "./pairRule.ts";

const rng = () => rngFor({ seed: 1, stream: 1, step: 1 }, 0);

it("puts a right answer over a wrong one, and finds no pair where all are alike", () => {
  for (let row = 0; row < 50; row++) {
    const pair = choosePair([0, 1, 0, 1, 0.1], "correct-incorrect", rngFor({ seed: 1, stream: 1, step: 1 }, row));
    expect([1, 3]).toContain(pair?.chosen);
    expect([0, 2, 4]).toContain(pair?.rejected);
  }
  expect(choosePair([1, 1], "correct-incorrect", rng())).toBeUndefined();
  expect(choosePair([0, 0.1], "correct-incorrect", rng())).toBeUndefined();
});

it("puts the first best over the first worst, and finds no pair among equals", () => {
  expect(choosePair([2, 5, 5, -1, -1], "best-worst", rng())).toEqual({ chosen: 1, rejected: 3 });
  expect(choosePair([3, 3, 3], "best-worst", rng())).toBeUndefined();
});

it("agrees with the reference cases: the same prompts have a pair, and best against worst picks the same two", () => {
  for (const { rule, rewards, valid, chosen, rejected } of vectors.pair_selection) {
    const scalar = rule.startsWith("scalar");
    const pair = choosePair(rewards, scalar ? "best-worst" : "correct-incorrect", rng());
    expect(pair !== undefined).toBe(valid);
    if (pair && scalar) expect(pair).toEqual({ chosen, rejected });
    if (pair && !scalar) expect([rewards[pair.chosen], rewards[pair.rejected]]).toEqual([1, 0]);
  }
});
