import { describe, expect, test } from "vitest";
import vectors from "../vectors/idft.json" with { type: "json" };
import { centredLogLikelihood, cumulativeCll, ddtMetrics, ddtSummary, histogram } from "./ddt.ts";
import { logSoftmax, scoreLogits } from "./logitScores.ts";
import { near } from "./testNear.ts";

const { case1, case2 } = vectors.ddt_statistics;

/** The scores of every word of p in turn, as one row of logits log p. */
function everyWord(p: readonly number[]) {
  const logits = p.map(() => p.map(Math.log));
  return scoreLogits(
    logits,
    p.map((_, v) => v),
    new Float64Array(p.length).fill(1),
    p.length,
  );
}

describe.each([
  ["against a reversed q", case1],
  ["against a sharper q", case2],
] as const)("CLL of p %s", (_name, vector) => {
  const scores = everyWord(vector.p);
  const cll = [...centredLogLikelihood(scores)];

  test("log p + H, word by word", () => {
    near(cll, vector.phi);
  });

  test("its mean under p is 0 and its variance the varentropy", () => {
    expect(cll.reduce((sum, x, v) => sum + vector.p[v]! * x, 0)).toBeCloseTo(0, 12);
    near(scores.varentropy[0]!, vector.Var_p_phi);
    near(scores.entropy[0]!, vector.H_p);
  });

  test("its mean under q is H(p) − H(q) − KL(q‖p), which need not be negative", () => {
    near(
      cll.reduce((sum, x, v) => sum + vector.q[v]! * x, 0),
      vector.E_q_phi,
    );
    near(vector.H_p - vector.H_q - vector.KL_q_p, vector.E_q_phi);
  });
});

/** CLL −6, 0.5, −2 and 1, −0.5; the last token of the second row is not scored. */
const scores = {
  logp: Float64Array.of(-7, -0.5, -3, -1, -1.5, -99),
  entropy: Float64Array.of(1, 1, 1, 2, 1, 0),
  varentropy: Float64Array.of(0.25, 0, 0.75, 1, 1, 99),
  vocabSize: 9,
};
const feed = { rows: 2, length: 3, mask: Float64Array.of(1, 1, 1, 1, 1, 0) };

test("a batch's summary: moments, shares in the tail, sums of rows, histogram", () => {
  const summary = ddtSummary(scores, feed);
  expect(summary).toMatchObject({
    tokens: 5,
    min: -6,
    max: 1,
    positiveRatio: 0.4,
    below1: 0.4,
    below3: 0.2,
    below5: 0.2,
  });
  near(summary.mean, -7 / 5);
  near(summary.std, Math.sqrt((4.6 ** 2 + 1.9 ** 2 + 0.6 ** 2 + 2.4 ** 2 + 0.9 ** 2) / 4));
  near([...summary.rowSums], [-7.5, 0.5]);
  expect(summary.histogram.counts.reduce((a, b) => a + b)).toBe(5);
});

test("the outer bins of a histogram take what lies beyond", () => {
  expect(histogram(Float64Array.of(-100, -1, 0.2, 0.7, 100), -1, 1, 4).counts).toEqual([2, 0, 1, 2]);
});

test("a row's cumulative curve lies beside the band of the policy's own samples", () => {
  const curve = cumulativeCll(scores, feed, 0);
  near([...curve.sum], [-6, -5.5, -7.5]);
  near([...curve.band], [2 * 0.5, 2 * 0.5, 2 * 1]);
  expect(cumulativeCll(scores, feed, 1).sum).toHaveLength(2);
  expect(cumulativeCll({ ...scores, varentropy: undefined }, feed, 0).band).toEqual([]);
});

test("an empty batch has no metrics, another has one of each name under its prefix", () => {
  expect(ddtMetrics(ddtSummary(scores, { ...feed, mask: new Float64Array(6) }), "cll/")).toEqual({});
  expect(ddtMetrics(ddtSummary(scores, feed), "expert/cll/")).toMatchObject({
    "expert/cll/below_1": 0.4,
    "expert/cll/mean": expect.closeTo(-1.4),
  });
});

test("log softmax keeps its accuracy for large logits", () => {
  near([...logSoftmax([1000, 1000 + Math.log(3)])], [-Math.log(4), Math.log(0.75)]);
});
