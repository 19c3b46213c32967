import { expect, it } from "vitest";
import type { Schema } from "../schema.ts";
import { exampleOfContributing } from "./testExample.ts";

const likely = exampleOfContributing();

it("adds an algorithm in one file: the one of CONTRIBUTING.md gives credit to likely tokens alone", () => {
  const logp = Float64Array.from([0.5, 0.05, 0.9, 0.9].map(Math.log));
  const feed = { rows: 1, length: 4, mask: Float64Array.from([1, 1, 1, 0]) };
  const scores = { logp, entropy: new Float64Array(4), vocabSize: 60 };
  const { loss, credit } = likely.assign(
    { demos: scores } as never,
    { demos: feed } as never,
    { threshold: 0.1 } as never,
    { step: 1, totalSteps: 10 },
  );
  // Three scored tokens, two of them likelier than 0.1: −(log 0.5 + log 0.9) / 3.
  expect(loss).toBeCloseTo(-(Math.log(0.5) + Math.log(0.9)) / 3, 12);
  expect([...credit.demos.dLogp]).toEqual([-1 / 3, -0, -1 / 3, -0]);
  expect(Object.keys(likely.params as Schema)).toEqual(["threshold"]);
});

it("says of every token what its credit is made of", () => {
  const logp = [0.5, 0.05, 0.9].map(Math.log);
  const feed = { rows: 1, length: 3, mask: Float64Array.of(1, 1, 1) };
  const scores = { logp: Float64Array.from(logp), entropy: new Float64Array(3), vocabSize: 60 };
  const params = { threshold: 0.1 };
  const { credits } = likely.erased.apply([{ name: "demos", scores, feed }], params, { step: 1, totalSteps: 10 });
  const { dLogp, views } = credits.get("demos")!;
  const row = {
    ...{ feed: "demos", logp, entropy: [0, 0, 0], weight: Array.from(dLogp, (d) => -d) },
    views: { kept: Array.from(views!.kept!) },
    batch: { rows: 1, tokens: 3, length: 3 },
  };
  const sums = logp.map((_, at) => {
    const { terms } = likely.explain!({ row, at, params, vocabSize: 60, metric: () => undefined });
    return terms.reduce((sum, { value }) => sum + value, 0);
  });
  expect(sums).toEqual([1 / 3, 0, 1 / 3]);
  expect(sums).toEqual(row.weight.map(Math.abs));
});
