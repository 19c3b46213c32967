import { expect, test } from "vitest";
import { listObjectives, runObjective } from "./objective.ts";

const demos = {
  logp: [
    [-1, -2],
    [-0.5, -3],
  ],
  mask: [
    [1, 1],
    [1, 0],
  ],
};

test("SFT over log-probabilities: the loss is their mean over scored tokens, the credit −1/N on each", () => {
  // N = 3: (1 + 2 + 0.5) / 3
  const output = runObjective("sft", { feeds: { demos } });
  expect(output.loss).toBeCloseTo(3.5 / 3, 12);
  expect(output.feeds.demos).toEqual({
    dLogp: [
      [expect.closeTo(-1 / 3, 12), expect.closeTo(-1 / 3, 12)],
      [expect.closeTo(-1 / 3, 12), 0],
    ],
    dEntropy: null,
  });
  expect(output.metrics).not.toHaveProperty("expert/entropy");
});

test("with logits the credit comes back on the logits too, and what is masked is never read", () => {
  const feed = {
    logits: [
      [
        [0, 0],
        [Number.NaN, null],
      ],
    ],
    labels: [[1, -100]],
    mask: [[1, 0]],
  };
  const output = runObjective("sft", { feeds: { demos: feed } });
  expect(output.loss).toBeCloseTo(Math.LN2, 12);
  // p − onehot = (½, −½)
  expect(output.feeds.demos).toMatchObject({
    dLogits: [
      [
        [0.5, -0.5],
        [0, 0],
      ],
    ],
  });
});

test("a mask may be true and false", () => {
  const output = runObjective("sft", { feeds: { demos: { logp: [[-1, -2]], mask: [[true, false]] } } });
  expect(output.loss).toBe(1);
});

test("a batch without a scored token has loss 0 and credit 0", () => {
  const feed = { logits: [[[null, null]]], labels: [[-100]], mask: [[0]] };
  const output = runObjective("sft", { feeds: { demos: feed } });
  expect(output.loss).toBe(0);
  expect(output.feeds.demos).toEqual({ dLogp: [[0]], dEntropy: null, dLogits: [[[0, 0]]] });
});

test.each([
  ["an unknown algorithm", "sgd", { feeds: { demos } }, /must be one of sft, .* got "sgd"/],
  [
    "an unknown knob",
    "sft",
    { params: { labelSmothing: 0.1 }, feeds: { demos } },
    /labelSmothing.*did you mean labelSmoothing/,
  ],
  ["a knob outside its bounds", "sft", { params: { labelSmoothing: 2 }, feeds: { demos } }, /in \[0, 0.9\], got 2/],
  [
    "text for a number",
    "sft",
    { params: { labelSmoothing: "0.5" }, feeds: { demos } },
    /^Label smoothing ε \(labelSmoothing\) must be a number in \[0, 0.9\], got "0.5"\.$/,
  ],
  [
    "text for a truth value",
    "dpo-online",
    { params: { nllLengthNorm: "true" }, feeds: {} },
    /must be true or false, got "true"/,
  ],
  ["a knob that is no number", "sft", { params: { labelSmoothing: "fast" }, feeds: { demos } }, /got "fast"/],
  ["an unknown key", "sft", { feed: { demos } }, /input must have no other keys than .*got "feed"/],
  ["no feeds", "sft", {}, /feeds must be an object, got undefined/],
  [
    "a feed too few",
    "chord-mu",
    { feeds: { demos } },
    /feeds must hold demos and rollouts for chord-mu, got \["demos"\]/,
  ],
  ["a feed too many", "sft", { feeds: { demos, rollouts: demos } }, /no other keys than demos, got "rollouts"/],
  ["no mask", "sft", { feeds: { demos: { logp: [[-1]] } } }, /demos.mask must be there, \[1\]\[1\]/],
  [
    "a ragged row",
    "sft",
    { feeds: { demos: { ...demos, logp: [[-1, -2], [-1]] } } },
    /logp\[1\] must have 2 positions, got 1/,
  ],
  [
    "a hole where a token is scored",
    "sft",
    {
      feeds: {
        demos: {
          ...demos,
          logp: [
            [-1, null],
            [-1, 0],
          ],
        },
      },
    },
    /logp\[0\]\[1\] must be a number, got null/,
  ],
  [
    "a label outside the vocabulary",
    "sft",
    { feeds: { demos: { logits: [[[0, 0]]], labels: [[2]], mask: [[1]] } } },
    /from 0 to 1 where mask is 1, got 2/,
  ],
  ["logits and logp", "sft", { feeds: { demos: { ...demos, logits: [] } } }, /either logits or logp/],
  [
    "smoothing without logits",
    "sft",
    { params: { labelSmoothing: 0.1 }, feeds: { demos } },
    /must have logits, or meanLogp beside logp, for sft/,
  ],
  [
    "rollouts without a signal",
    "grpo",
    { feeds: { rollouts: demos } },
    /advantages, or rewards with groupSize; got none/,
  ],
  [
    "a group size that does not divide",
    "grpo",
    { feeds: { rollouts: { ...demos, rewards: [1, 0], groupSize: 3 } } },
    /divide the 2 rows of rollouts, got 3/,
  ],
  [
    "a KL without a reference",
    "grpo",
    { params: { klCoef: 0.1 }, feeds: { rollouts: { ...demos, advantages: [1, 0] } } },
    /refLogp must come with the feed when klCoef is above 0/,
  ],
  ["IDFT without entropies", "idft", { feeds: { demos } }, /must have logits, or entropy beside logp, for idft/],
  [
    "EAFT without a vocabulary",
    "eaft",
    { feeds: { demos: { ...demos, entropy: demos.logp } } },
    /must have logits, or vocabSize beside logp, for eaft/,
  ],
  [
    "a mask of halves",
    "sft",
    { feeds: { demos: { logp: [[-1]], mask: [[0.5]] } } },
    /mask must hold 0 and 1 only, got 0.5/,
  ],
  [
    "DPO without a reference",
    "dpo-offline",
    { feeds: { offlinePairs: { chosen: demos, rejected: demos } } },
    /offlinePairs.chosen must carry refLogp for dpo-offline, got none/,
  ],
  [
    "pairs of another number",
    "simpo",
    { feeds: { offlinePairs: { chosen: demos, rejected: { logp: [[-1]], mask: [[1]] } } } },
    /same rows, got 2 and 1/,
  ],
  [
    "half a pair",
    "dpo-online",
    { feeds: { onlinePairs: { chosen: demos } } },
    /onlinePairs must have chosen and rejected, got \["chosen"\]/,
  ],
  ["PSFT without the policy before", "psft", { feeds: { demos } }, /demos must carry oldLogp for psft, got none/],
  [
    "an adaptive µ without rewards",
    "chord-mu",
    { params: { muSchedule: "adaptive" }, feeds: { demos, rollouts: { ...demos, advantages: [1, 0] } } },
    /must carry rewards when muSchedule is adaptive/,
  ],
  ["half a step", "sft", { step: 1.5, feeds: { demos } }, /step must be a whole number from 0, got 1.5/],
])("%s is refused with one sentence", (_what, id, input, sentence) => {
  expect(() => runObjective(id, input)).toThrow(sentence);
  expect(() => runObjective(id, input)).toThrow(expect.objectContaining({ name: "ConfigError" }));
});

test("the list has every algorithm with its feeds and each knob's bounds, default and words", () => {
  const { objectives } = listObjectives();
  const chord = objectives.find(({ id }) => id === "chord-mu")!;
  expect(chord.feeds).toEqual(["demos", "rollouts"]);
  expect(chord.params.muPeak).toMatchObject({ kind: "real", default: 0.9, min: 0, max: 1 });
  expect(chord.params.aggregation).toMatchObject({ kind: "choice", default: "token-mean" });
  for (const { id, params } of objectives)
    for (const [key, param] of Object.entries(params))
      expect([id, key, param.help]).toEqual([id, key, expect.stringMatching(/\S\.$/)]);
});
