import { describe, expect, test } from "vitest";
import { initials } from "../../schema.ts";
import { type Aggregation, aggregationKnobs, type MaskedRows, tokenScale } from "./batch.ts";
import { sharedWeights, supervise, weightSpread } from "./supervised.ts";
import { near } from "./testNear.ts";
import { ruleOf, type TokenWeightName, weightKnobs } from "./tokenWeight.ts";

/** Two tokens: p = 0.8 and 0.5, entropies 1 and 3, nine words. */
const feed = { rows: 1, length: 2, mask: Float64Array.of(1, 1) };
const scores = { logp: Float64Array.of(Math.log(0.8), Math.log(0.5)), entropy: Float64Array.of(1, 3), vocabSize: 9 };
const knobs = initials(weightKnobs);
const run = (name: TokenWeightName, given = {}) =>
  supervise(scores, feed, initials(aggregationKnobs), ruleOf(name, scores, feed.mask, { ...knobs, ...given }));

describe("token weights by hand, p = 0.8 and 0.5", () => {
  test.each<[TokenWeightName, object, readonly [number, number]]>([
    ["none", {}, [1, 1]],
    ["is", {}, [0.8, 0.5]],
    ["phi", {}, [0.16, 0.25]],
    ["phi-cutoff", { cutoffProb: 0.6 }, [0, 0.25]],
    ["focal", { focalGamma: 2 }, [0.04, 0.25]],
    ["focal", { focalGamma: 0 }, [1, 1]],
    ["entropy-top", { entropyTopShare: 0.5 }, [0, 1]],
    ["entropy-top", { entropyTopShare: 1 }, [1, 1]],
    ["entropy-top", { entropyTopShare: 0.01 }, [0, 1]],
    ["entropy-norm", {}, [0.5, 1.5]],
    ["is-clip", { isClip: 0.6 }, [0, 0.5]],
    ["is-clip", { isClip: 1 }, [0.8, 0.5]],
    // CLL > 0.6 in both: γ = exp(−CLL), but at least 0.1.
    ["idft", {}, [0.8 ** Math.exp(-1 - Math.log(0.8)), 0.5 ** Math.max(0.1, Math.exp(-3 - Math.log(0.5)))]],
    ["eaft", {}, [1 / Math.log(9), 3 / Math.log(9)]],
  ])("%s %j", (name, given, weights) => {
    const { credit, metrics } = run(name, given);
    near(
      [...credit.dLogp],
      weights.map((w) => -w / 2),
    );
    near(metrics["token_weight/mean"]!, (weights[0] + weights[1]) / 2);
    near(metrics["token_weight/max"]!, Math.max(...weights));
    near([...credit.views!.weight!], [...weights]);
  });
});

test("the plain NLL and the views stand beside a weighted loss", () => {
  const { loss, metrics, credit } = run("is");
  near(loss, -(0.8 * Math.log(0.8) + 0.5 * Math.log(0.5)) / 2);
  near(metrics.nll!, -(Math.log(0.8) + Math.log(0.5)) / 2);
  near(metrics["expert/mean_phi"]!, (0.16 + 0.25) / 2);
  near([...credit.views!.cll!], [Math.log(0.8) + 1, Math.log(0.5) + 3]);
});

test("a token of probability 0 is said in a metric that is not there otherwise", () => {
  const none = { ...scores, logp: Float64Array.of(Number.NEGATIVE_INFINITY, -1) };
  const { metrics } = supervise(none, feed, initials(aggregationKnobs), ruleOf("is", none, feed.mask, knobs));
  expect(metrics["expert/zero_probability"]).toBe(0.5);
  expect(run("is").metrics).not.toHaveProperty("expert/zero_probability");
});

test("what each aggregation gives a token of a row of three and a row of one", () => {
  const uneven = { rows: 2, length: 3, mask: Float64Array.of(1, 1, 1, 1, 0, 0) };
  const scale = (aggregation: string, aggregationNorm = 0) => {
    const c = tokenScale(uneven, { aggregation: aggregationKnobs.aggregation.read(aggregation), aggregationNorm });
    return [c[0]!, c[3]!];
  };
  near(scale("token-mean"), [1 / 4, 1 / 4]);
  near(scale("sequence-mean-token-mean"), [1 / 6, 1 / 2]);
  near(scale("seq-mean-token-sum"), [1 / 2, 1 / 2]);
  near(scale("seq-mean-token-sum-norm"), [1 / 3, 1 / 3]);
  near(scale("sequence-mean-token-sum-norm", 10), [1 / 10, 1 / 10]);
  near(scale("dr-grpo", 10), [1 / 20, 1 / 20]);
});

test("the spread of weights is that of scored tokens, at NumPy's quantiles, and shrinks with the share of a mix", () => {
  const weight = Float64Array.of(4, 0, 2, 99, 1, 3);
  const spread = weightSpread(weight, Float64Array.of(1, 1, 1, 0, 1, 1));
  expect(spread).toEqual({
    "token_weight/p05": expect.closeTo(0.2, 12),
    "token_weight/p25": 1,
    "token_weight/p50": 2,
    "token_weight/p75": 3,
    "token_weight/p95": expect.closeTo(3.8, 12),
  });
  expect(sharedWeights({ ...spread, nll: 1 }, 0.5)).toMatchObject({ "token_weight/p50": 1, "token_weight/p75": 1.5 });
  expect(weightSpread(weight, new Float64Array(6))).toEqual({});
});

test("tokens of equal entropy are taken in order until the share is full", () => {
  const tied = { ...scores, logp: new Float64Array(4), entropy: Float64Array.of(1, 2, 2, 2) };
  const mask = Float64Array.of(1, 1, 1, 1);
  const pushes = (entropyTopShare: number) => {
    const rule = ruleOf("entropy-top", tied, mask, { ...knobs, entropyTopShare });
    return [0, 1, 2, 3].map((i) => rule(i, -1).push);
  };
  expect(pushes(0.05)).toEqual([0, 1, 0, 0]);
  expect(pushes(0.5)).toEqual([0, 1, 1, 0]);
  expect(pushes(0.76)).toEqual([1, 1, 1, 1]);
});

test("answers without a scored token count in means over answers, or are left out", () => {
  const three = { rows: 3, length: 2, mask: Float64Array.of(1, 1, 1, 0, 0, 0) };
  const scale = (aggregation: Aggregation, maskedRows: MaskedRows) => [
    ...tokenScale(three, { aggregation, aggregationNorm: 4, maskedRows }),
  ];
  const row = (a: number, b: number) => [a, a, b, 0, 0, 0];
  near(scale("token-mean", "leave-out"), row(1 / 3, 1 / 3));
  near(scale("sequence-mean-token-mean", "count"), row(1 / 6, 1 / 3));
  near(scale("sequence-mean-token-mean", "leave-out"), row(1 / 4, 1 / 2));
  near(scale("sequence-mean-token-sum", "leave-out"), row(1 / 2, 1 / 2));
  near(scale("sequence-mean-token-sum-norm", "leave-out"), row(1 / 4, 1 / 4));
  near(scale("dr-grpo", "leave-out"), row(1 / 8, 1 / 8));
});
