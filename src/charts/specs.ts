import type { MetricName } from "../lab/metrics.ts";
import type { ChartSpec } from "./chartSpec.ts";
import { gradientSentence } from "./sentences/gradient.ts";
import { lossSentence } from "./sentences/loss.ts";
import { spreadSentence } from "./sentences/spread.ts";

const SHARE = [0, 1] as const;
const PAIRS = ["offlinePairs", "onlinePairs"];
const STEP = "Appears with the first step.";
const EVALUATION = "Appears with the first evaluation.";

export const ACCURACY: ChartSpec = {
  id: "accuracy",
  title: "Accuracy",
  sentence: "Share of held-out problems solved; out: of problems unlike those in training.",
  empty: EVALUATION,
  domain: SHARE,
  series: [
    { metric: "eval/accuracy", label: "greedy", noun: "greedy accuracy", tone: 1 },
    { metric: "eval/accuracy_sampled", label: "sampled", noun: "sampled accuracy", tone: 3 },
    { metric: "eval/ood/accuracy", label: "out", noun: "out-of-distribution accuracy", tone: 2 },
  ],
};

export const REWARD: ChartSpec = {
  id: "reward",
  title: "Reward",
  sentence: "Mean reward of the policy's own samples.",
  empty: "Appears with the first samples.",
  domain: SHARE,
  series: [
    // Answers that were written before the run are not the policy's own, and their reward is another quantity.
    { metric: "reward", label: "training", noun: "reward in training", feeds: ["rollouts", "onlinePairs"] },
    { metric: "eval/reward", label: "held out", noun: "held-out reward", tone: 2 },
  ],
};

/** The reward where a model of somebody's taste gives it, beside the taste itself, which rewards nobody. */
export const JUDGED_REWARD: ChartSpec = {
  id: REWARD.id,
  title: REWARD.title,
  sentence: "Mean reward of the policy's own samples, and the true utility that the reward stands for.",
  empty: "Appears with the first samples.",
  series: [...REWARD.series, { metric: "eval/gold/mean", label: "true utility", tone: 4 }],
};

/** The reward where it is a weighted sum, which may leave [0, 1]. */
export const SUM_REWARD: ChartSpec = {
  id: REWARD.id,
  title: REWARD.title,
  sentence: "Mean reward, the weighted sum of its parts.",
  empty: "Appears with the first samples.",
  series: REWARD.series,
};

/** The parts of a reward that is a sum, before their weights. */
export const rewardParts = (parts: readonly { readonly metric: MetricName; readonly label: string }[]): ChartSpec => ({
  id: "reward-parts",
  title: "Parts of the reward",
  sentence: "Mean of each part over the policy's own samples, before its weight.",
  empty: "Appears with the first samples.",
  series: parts,
});

export const LOSS: ChartSpec = {
  id: "loss",
  title: "Loss",
  sentence: "Loss of each step's batch.",
  empty: STEP,
  says: lossSentence,
  series: [
    { metric: "loss", label: "loss", noun: "training loss" },
    { metric: "eval/nll", label: "held out", noun: "held-out loss", tone: 2, feeds: ["demos"] },
  ],
};

export const ENTROPY: ChartSpec = {
  id: "entropy",
  title: "Entropy",
  sentence: "Mean entropy of the next token; 0 where the policy is certain.",
  empty: EVALUATION,
  unit: "nats",
  series: [
    { metric: "entropy", label: "own", noun: "own entropy" },
    { metric: "expert/entropy", label: "expert", noun: "expert entropy" },
    { metric: "eval/entropy", label: "held out", noun: "held-out entropy" },
  ],
};

export const MU: ChartSpec = {
  id: "mu",
  title: "µ schedule",
  sentence: "The expert's share; dashed is still to come.",
  empty: STEP,
  domain: SHARE,
  whole: true,
  series: [{ metric: "mu", label: "µ" }],
};

export const TOKEN_WEIGHTS: ChartSpec = {
  id: "token-weights",
  title: "Weights over the run",
  sentence: "Tokens imitated: median, middle 50% and 90%.",
  empty: STEP,
  says: spreadSentence,
  series: [
    {
      metric: "token_weight/p50",
      label: "median",
      noun: "median weight",
      areas: [
        ["token_weight/p05", "token_weight/p95"],
        ["token_weight/p25", "token_weight/p75"],
      ],
    },
  ],
  otherwise: {
    sentence: "Of a step's tokens, before the mean over them.",
    series: [
      { metric: "token_weight/mean", label: "mean", noun: "mean weight" },
      { metric: "token_weight/max", label: "largest", noun: "largest weight" },
    ],
  },
};

/** What stands below the first charts, in the order of the page. */
export const MORE: readonly ChartSpec[] = [
  {
    id: "kl",
    title: "KL",
    sentence: "Distance of the policy to where it started, and to its reference.",
    empty: EVALUATION,
    unit: "nats",
    series: [
      { metric: "kl/start", label: "to the start", noun: "KL to the start" },
      { metric: "kl", label: "to the reference", noun: "KL to the reference" },
    ],
  },
  {
    id: "length",
    title: "Response length",
    sentence: "Mean length of the policy's answers.",
    empty: EVALUATION,
    unit: "tokens",
    series: [
      { metric: "completions/mean_length", label: "training", noun: "length in training" },
      { metric: "eval/mean_length", label: "held out", noun: "held-out length" },
    ],
  },
  {
    id: "gradient",
    title: "Gradient norm",
    sentence: "Norm of the whole batch's gradient before clipping.",
    empty: STEP,
    says: gradientSentence,
    series: [{ metric: "grad_norm", label: "norm", noun: "gradient norm" }],
  },
  {
    id: "clip",
    title: "Clip fractions",
    sentence: "Share of own tokens whose ratio has left the clipping range: they are pushed no further.",
    empty: STEP,
    domain: SHARE,
    feeds: ["rollouts"],
    series: [
      { metric: "clip_ratio/low_mean", label: "down", noun: "share clipped downwards", tone: 2 },
      { metric: "clip_ratio/high_mean", label: "up", noun: "share clipped upwards", tone: 1 },
      { metric: "clip_ratio/dual_mean", label: "dual", noun: "dual-clipped share", tone: 4, extra: true },
    ],
  },
  {
    id: "margins",
    title: "Margins",
    sentence: "By how much chosen answers lead rejected ones, in units of the implicit reward.",
    empty: STEP,
    feeds: PAIRS,
    series: [{ metric: "rewards/margins", label: "margin" }],
  },
  {
    id: "pairs",
    title: "Pairs",
    sentence: "Share of prompts that gave a pair, and share of pairs in the right order.",
    empty: STEP,
    domain: SHARE,
    feeds: PAIRS,
    series: [
      { metric: "pairs/valid_frac", label: "yield", noun: "share of prompts with a pair" },
      { metric: "rewards/accuracies", label: "in order", noun: "pairs in order" },
    ],
  },
  {
    id: "phi",
    title: "Expert tokens under φ",
    sentence: "Mean probability p of the expert's tokens, and mean φ = p(1 − p).",
    empty: STEP,
    domain: SHARE,
    feeds: ["demos"],
    series: [
      { metric: "expert/mean_p", label: "mean p" },
      { metric: "expert/mean_phi", label: "mean φ" },
    ],
  },
  {
    id: "gamma",
    title: "γ",
    sentence: "The exponent of each token's weight: 0 trains it like SFT, 1 like DFT.",
    empty: STEP,
    knob: "gammaMax",
    series: [
      { metric: "gamma/mean", label: "mean", noun: "mean γ" },
      { metric: "gamma/min", label: "smallest", noun: "smallest γ" },
      { metric: "gamma/max", label: "largest", noun: "largest γ" },
    ],
  },
  {
    id: "cll",
    title: "CLL",
    sentence: "Mean of log p + H: 0 is the mean of what the policy itself would write.",
    empty: STEP,
    unit: "nats",
    series: [
      { metric: "cll/demos/mean", label: "demos", noun: "CLL of the demonstrations", tone: 2 },
      { metric: "cll/own/mean", label: "own", noun: "CLL of own answers", tone: 1 },
      { metric: "eval/cll/own/mean", label: "held out", noun: "CLL of held-out answers", tone: 3 },
    ],
  },
];

/** Greedy accuracy by kind of problem, on tasks that are made of several. */
export const forgetting = (kinds: readonly string[]): ChartSpec => ({
  id: "forgetting",
  title: "Forgetting",
  sentence: "Greedy accuracy on each kind of problem, trained on or not.",
  empty: EVALUATION,
  domain: SHARE,
  series: kinds.map((kind) => ({ metric: `eval/accuracy/${kind}`, label: kind })),
});
