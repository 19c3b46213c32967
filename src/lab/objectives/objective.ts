import type { MetricName, Metrics } from "../metrics.ts";
import type { Schema, Values } from "../schema.ts";

/** Shapes as everywhere: B rows, T scored positions, flattened [B, T] row-major. Nats. */
export type Numbers = Float32Array | Float64Array;

/** What the collector can build. `demos` are the expert's (or any file's) answers, `rollouts` the policy's own. */
export type FeedName = "demos" | "rollouts" | "offlinePairs" | "onlinePairs";

/** One batch of sequences as an objective sees it: numbers only. */
export interface TokenFeed {
  readonly rows: number; // B
  readonly length: number; // T
  readonly mask: Numbers; // [B, T] 1 where a token is scored
  /** log-probability under the policy that wrote the rows, or before the first update on this batch. */
  readonly oldLogp?: Numbers | undefined; // [B, T]
  readonly refLogp?: Numbers | undefined; // [B, T]
  readonly rewards?: Numbers | undefined; // [B]
  /** Rows of one prompt lie next to one another, this many of them. */
  readonly groupSize?: number | undefined;
  /** Given from outside instead of computed from rewards. */
  readonly advantages?: Numbers | undefined; // [B]
}

/** Rows with the same index belong together. */
export interface PairFeed {
  readonly chosen: TokenFeed;
  readonly rejected: TokenFeed;
  /** Prompts asked for in this step, those without a pair included; rows / 1 when absent. */
  readonly prompts?: number | undefined;
  /** KTO: completions of row i - 1 under the prompt of row i. */
  readonly mismatched?: Mismatched | undefined;
}

export interface Mismatched {
  readonly logp: Numbers; // [B, T]
  readonly refLogp: Numbers; // [B, T]
  readonly mask: Numbers; // [B, T]
  /** B; the rows of `chosen` when absent. */
  readonly rows?: number | undefined;
}

export interface Feeds {
  readonly demos: TokenFeed;
  readonly rollouts: TokenFeed;
  readonly offlinePairs: PairFeed;
  readonly onlinePairs: PairFeed;
}

/** What the policy said about a batch's tokens, [B, T] each. */
export interface FeedScores {
  readonly logp: Numbers;
  readonly entropy: Numbers;
  /** Variance of log π under π; absent where a caller gave log-probabilities alone. */
  readonly varentropy?: Numbers | undefined;
  /** Mean log-probability over the vocabulary; absent likewise. */
  readonly meanLogp?: Numbers | undefined;
  /** V; 0 when unknown. */
  readonly vocabSize: number;
  /** What stop-gradients read: these scores themselves unless a test holds them still while it varies the others. */
  readonly frozen?: FeedScores | undefined;
}

export interface Pair<X> {
  readonly chosen: X;
  readonly rejected: X;
}

export interface Scores {
  readonly demos: FeedScores;
  readonly rollouts: FeedScores;
  readonly offlinePairs: Pair<FeedScores>;
  readonly onlinePairs: Pair<FeedScores>;
}

/** ∂L/∂ of each score, [B, T]. The page shows −dLogp as the token weight: positive means made likelier. */
export interface FeedCredit {
  readonly dLogp: Float64Array;
  readonly dEntropy?: Float64Array | undefined;
  readonly dMeanLogp?: Float64Array | undefined;
  /** Per-token quantities worth a look, e.g. `phi`, `gamma`, `ratio`, `clipped`, `advantage`; [B, T] each. */
  readonly views?: Readonly<Record<string, Numbers>> | undefined;
  /** In preference methods: every pair that trained, on its chosen side, or on the rollouts that it was made of. */
  readonly pairLosses?: readonly PairLossRow[] | undefined;
}

/** What one pair contributes before the mean, without the terms beside it. KTO judges answers alone: it has one side each. */
export interface PairLossRow {
  /** Rows of the two answers in their feeds. */
  readonly chosen?: number;
  readonly rejected?: number;
  /** Nats. */
  readonly loss: number;
  /** β times the difference of log-ratios, or what else the loss is a function of. */
  readonly margin?: number;
}

export interface Credits {
  readonly demos: FeedCredit;
  readonly rollouts: FeedCredit;
  readonly offlinePairs: Pair<FeedCredit>;
  readonly onlinePairs: Pair<FeedCredit>;
}

export type { Metrics };

export interface Clock {
  /** Number of the update being made, counted from 1. */
  readonly step: number;
  readonly totalSteps: number;
}

/** Views and metrics may be worked out when they are first read: scores and feeds must stay as they are until then. */
export interface Assignment<F extends FeedName = FeedName> {
  /** What the update minimises, nats. */
  readonly loss: number;
  readonly credit: Pick<Credits, F>;
  readonly metrics: Metrics;
}

/** A chart that an objective asks for beside the common ones. */
export interface ChartSpec {
  readonly title: string;
  /** One sentence: what is to be seen. */
  readonly sentence: string;
  readonly series: readonly { readonly metric: MetricName; readonly label: string }[];
  readonly domain?: readonly [number, number];
}

/** What the trainer must provide in the feeds, beyond tokens and masks. */
export type Need = "reference" | "old" | "mismatched";

/** A score beside log π(y) that changes an objective's credit. */
export type ScoreName = "entropy" | "meanLogp" | "vocabSize";

/** The families that the algorithm menu groups by. */
export type Family = "imitate" | "mix" | "reinforce" | "prefer";

/** An algorithm: from what the policy said about each token to how hard each token is pushed. */
export interface Objective<F extends FeedName = FeedName, S extends Schema = Schema> {
  /** As in links and on the command line, e.g. `chord-mu`. */
  readonly id: string;
  readonly title: string;
  readonly family: Family;
  /** One plain sentence: what it does and when one uses it. */
  readonly summary: string;
  /** Where it comes from: authors, year, arXiv number; code it follows. */
  readonly paper: string;
  /** TeX, printed beside the knobs. */
  readonly formula: string;
  /** The collector builds these and no others. */
  readonly feeds: readonly F[];
  /** Its knobs. */
  readonly params: S;
  /** Where the demonstrations are part of the algorithm: who writes them, whatever the settings say. */
  readonly demoStyle?: "hinted";
  needs?(params: Values<S>): readonly Need[];
  /** Scores of one feed, beside log π(y), without which `assign` has no answer. Entropy that only feeds a metric is not among them. */
  reads?(params: Values<S>, feed: F): readonly ScoreName[];
  readonly charts?: readonly ChartSpec[];
  /** Pure: no state, no tensors, no randomness. */
  assign(scores: Pick<Scores, F>, feeds: Pick<Feeds, F>, params: Values<S>, clock: Clock): Assignment<F>;
}

/** Keeps the feeds and the knobs of one objective precisely typed. */
export function defineObjective<const F extends FeedName, S extends Schema>(
  objective: Objective<F, S>,
): Objective<F, S> {
  return objective;
}
