import { afterEach, expect, test } from "vitest";
import { OBJECTIVES, objectiveById } from "../../../lab/objectives/index.ts";
import type { AnyObjective } from "../../../lab/objectives/objective.ts";
import { exampleOfContributing } from "../../../lab/objectives/testExample.ts";
import type { TokenRow } from "../../../lab/train/report.ts";
import { accountOf, partnerOf } from "./explained.ts";
import { colouringOf, quantitiesOf } from "./quantities.ts";

const registry = OBJECTIVES as AnyObjective[];
const before = [...registry];
afterEach(() => void registry.splice(0, registry.length, ...before));

const row: TokenRow = {
  feed: "demos",
  prompt: "31=",
  tokens: ["1", "3"],
  logp: [Math.log(0.5), Math.log(0.05)],
  entropy: [0.5, 1],
  weight: [0.25, 0],
  views: { kept: [1, 0] },
  batch: { rows: 2, tokens: 4, length: 3 },
};

test("an algorithm that was added in one file has its account and its colours on the page", () => {
  registry.push(exampleOfContributing().erased);
  const context = {
    vocabSize: 60,
    algorithm: "likely",
    params: { threshold: 0.1 },
    rows: [row],
    metric: () => undefined,
  };
  const { links, terms } = accountOf(row, 0, context);
  expect(links.map(({ symbol, value }) => [symbol, value])).toEqual([
    ["p", "0.5"],
    ["H", "0.5 nats"],
    ["kept", "1"],
  ]);
  expect(terms).toEqual([{ symbols: "1 / N", numbers: "1 / 4" }]);
  expect(accountOf(row, 1, context).terms).toEqual([{ symbols: "0, p ≤ θ", numbers: "0" }]);
  const kept = quantitiesOf([row], objectiveById("likely").views).find(({ id }) => id === "kept")!;
  expect(kept.label).toBe("kept or not");
  expect(colouringOf(kept, [row], "expert").of(row, 0)).toMatchObject({ push: "level", strength: 1 });
});

test("a credit is written out with this token's numbers, shortened", () => {
  const own = { ...row, feed: "demos", weight: [0.125, 0.0125], views: { weight: [0.5, 0.05] } };
  const context = {
    vocabSize: 60,
    algorithm: "dft",
    params: { aggregation: "token-mean" },
    rows: [own],
    metric: () => undefined,
  };
  expect(accountOf(own, 0, context).terms).toEqual([{ symbols: "p / N", numbers: "0.5 / 4" }]);
});

test("what a formula leaves of a credit is said as a term of its own", () => {
  const context = {
    vocabSize: 60,
    algorithm: "sft",
    params: { labelSmoothing: 0 },
    rows: [row],
    metric: () => undefined,
  };
  const { terms } = accountOf({ ...row, weight: [0.5, 0] }, 0, {
    ...context,
    params: { labelSmoothing: 0, aggregation: "token-mean" },
  });
  expect(terms).toEqual([
    { symbols: "1 / N", numbers: "1 / 4" },
    { symbols: "from other terms", numbers: "0.25" },
  ]);
});

test("the two answers of a pair find one another", () => {
  const chosen = { ...row, feed: "onlinePairs/chosen" };
  const rejected = { ...row, feed: "onlinePairs/rejected" };
  expect(partnerOf(rejected, [chosen, rejected])).toBe(chosen);
  expect(partnerOf(row, [row, chosen])).toBeUndefined();
});
