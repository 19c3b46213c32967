import type { MetricName, Metrics } from "../metrics.ts";
import type { AnyValues, FieldValue, Schema, Values } from "../schema.ts";

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

interface Credits {
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

/** How a quantity of a token is drawn and written. */
export interface View {
  /** In a menu. */
  readonly label: string;
  /** In a token's account. */
  readonly symbol: string;
  /** What it is in symbols. */
  readonly formula?: string;
  /** What it is in words, where no formula says it. */
  readonly words?: string;
  /** `signed`: two colours around `centre`; `ratio`: the same of its logarithm; `size`: one hue. */
  readonly scale: "signed" | "ratio" | "size";
  /** The size that is drawn in full colour; that of the strongest token shown where absent. */
  readonly full?: number;
  /** What the ends of the scale mean; `down` only where there are two. */
  readonly ends: { readonly up: string; readonly down?: string };
  readonly unit?: "nats";
  /** What 0 and 1 mean, for a quantity that is nothing else: in a token's cell, and in its account. */
  readonly flag?: readonly [no: FlagWords, yes: FlagWords];
}

interface FlagWords {
  readonly cell: string;
  readonly account: string;
}

/** Text and numbers in turn, e.g. `[0.1, " × ", 0.25, " / 18"]`: whoever shows it writes the numbers. */
export type Written = readonly (string | number)[];

/** A factor or a summand of a credit: in symbols, in one token's numbers, and what they come to. */
export interface Term {
  readonly symbols: string;
  readonly numbers: Written;
  readonly value: number;
}

/** A quantity on the way to a credit. */
export interface Quantity {
  readonly symbol: string;
  /** What it is in symbols. */
  readonly formula?: string;
  readonly value: number;
  /** What it is in words. */
  readonly words?: string;
}

/** How an objective comes to the credit of one token. */
export interface Explanation {
  readonly quantities?: readonly Quantity[];
  /** Their sum is the credit −∂L/∂log π(y). */
  readonly terms: readonly Term[];
  /** What the rest of the credit comes from, where the terms cannot be all: "from the KL term". */
  readonly rest?: string | undefined;
}

/** One sequence as it was trained: every number of its scored tokens, in order. */
export interface ExplainedRow {
  /** `demos`, `rollouts`, `onlinePairs/chosen`, … */
  readonly feed: string;
  readonly logp: readonly number[]; // [t] nats
  readonly entropy: readonly number[]; // [t] nats
  /** The credit −∂L/∂log π(y). */
  readonly weight: readonly number[]; // [t]
  readonly views: Readonly<Record<string, readonly number[]>>;
  /** The batch that it stood in: rows B, scored tokens N, padded length T; absent in old recordings. */
  readonly batch?: { readonly rows: number; readonly tokens: number; readonly length: number };
}

/** The token that is explained, and what may be read for it. */
export interface TokenContext<P = AnyValues> {
  readonly row: ExplainedRow;
  /** Its place among the row's scored tokens. */
  readonly at: number;
  /** In force when it was trained on. */
  readonly params: P;
  /** The other answer of a pair. */
  readonly partner?: ExplainedRow | undefined;
  readonly vocabSize: number;
  /** A metric of that step. */
  metric(name: string): number | undefined;
}

/** What the trainer must provide in the feeds, beyond tokens and masks. */
export type Need = "reference" | "old" | "mismatched";

/** A score beside log π(y) that changes an objective's credit. */
type ScoreName = "entropy" | "meanLogp" | "vocabSize";

/**
 * A setting without which an algorithm would be another one: a knob of its own or a shared setting. Choosing the algorithm
 * sets it, and its name says where it has been set otherwise since.
 */
export interface Defining {
  /** What choosing the algorithm sets; the field's own initial value where absent. */
  readonly value?: FieldValue;
  /** What a link or file means that names the algorithm and not the setting, where it has always meant another value. */
  readonly unnamed?: FieldValue;
  /** Whether settings leave the algorithm what it is; where absent, only `value` does. */
  readonly within?: (settings: AnyValues) => boolean;
  /** Kept as it is where the algorithm is chosen in the place of another that means it alike; the name still says it. */
  readonly stays?: boolean;
  /** What stands beside the name where the definition does not hold, e.g. "weights off". */
  readonly otherwise: (settings: AnyValues) => string;
}

/** The families that the algorithm menu groups by. */
export type Family = "imitate" | "mix" | "reinforce" | "prefer";

/** An algorithm: from what the policy said about each token to how hard each token is pushed. */
export interface Objective<F extends FeedName = FeedName, S extends Schema = Schema> {
  /** As in links and on the command line, e.g. `chord-mu`. */
  readonly id: string;
  readonly title: string;
  /** The beginning of the title, for a menu in which the family says the rest. */
  readonly short?: string;
  readonly family: Family;
  /** A variant of the others of its family, which the menu shows where more is asked for. */
  readonly isVariant?: boolean;
  /** One plain sentence: what it does and when one uses it. */
  readonly summary: string;
  /** Where it comes from: authors, year, arXiv number; code it follows. */
  readonly paper: string;
  /** TeX of the loss as the algorithm is defined. */
  readonly formula: string;
  /** The same under the settings in force, printed beside the knobs, in pieces; `formula` where absent. */
  formulaOf?(params: Values<S>): readonly string[];
  /** The collector builds these and no others. */
  readonly feeds: readonly F[];
  /** Its knobs. */
  readonly params: S;
  /** Where the demonstrations are part of the algorithm: who writes them, whatever the settings say. */
  readonly demoStyle?: "hinted";
  /** Names by which the authors' code says a knob as a multiple of another one; `lab objective` reads them too. */
  readonly spellings?: Readonly<Record<string, { readonly knob: string; readonly times: string }>>;
  /** By the setting's key. */
  readonly defines?: Readonly<Record<string, Defining>>;
  needs?(params: Values<S>): readonly Need[];
  /** Scores of one feed, beside log π(y), without which `assign` has no answer. Entropy that only feeds a metric is not among them. */
  reads?(params: Values<S>, feed: F): readonly ScoreName[];
  readonly charts?: readonly ChartSpec[];
  /** The words and scales of the per-token quantities that `assign` shows; p is everybody's. */
  readonly views?: Readonly<Record<string, View>>;
  /** How a token came to its credit: terms whose sum it is. */
  explain?(token: TokenContext<Values<S>>): Explanation;
  /** Pure: no state, no tensors, no randomness. */
  assign(scores: Pick<Scores, F>, feeds: Pick<Feeds, F>, params: Values<S>, clock: Clock): Assignment<F>;
}

/** A batch of sequences by its name, e.g. `demos` or `onlinePairs/chosen`, with what the policy said about it. */
export interface NamedBatch {
  readonly name: string;
  readonly scores: FeedScores;
  readonly feed: TokenFeed;
  /** What a pair of batches has in common, said with the chosen one. */
  readonly pairs?: Pick<PairFeed, "prompts" | "mismatched">;
}

/** What {@link AnyObjective.apply} gives: the credit of every batch by its name. */
export interface Applied {
  readonly loss: number;
  readonly metrics: Metrics;
  readonly credits: ReadonlyMap<string, FeedCredit>;
}

/** An objective of any feeds and knobs. */
export interface AnyObjective extends Objective {
  /** {@link Objective.assign} over a flat list of named batches, one of each that its feeds are made of. */
  apply(batches: readonly NamedBatch[], params: AnyValues, clock: Clock): Applied;
}

/** An objective with its feeds and knobs precisely typed, and the same without. */
export interface Defined<F extends FeedName, S extends Schema> extends Objective<F, S> {
  readonly erased: AnyObjective;
}

/** Keeps the feeds and the knobs of one objective precisely typed for those who build on it. */
export function defineObjective<const F extends FeedName, S extends Schema>(objective: Objective<F, S>): Defined<F, S> {
  // The one cast: an objective reads the feeds that it names and the knobs that it declares, and callers build both from those.
  const any = objective as unknown as Objective;
  return { ...objective, erased: { ...any, apply: (...given) => applied(any, ...given) } };
}

function applied(objective: Objective, batches: readonly NamedBatch[], params: AnyValues, clock: Clock): Applied {
  const scores: Partial<Record<string, FeedScores | Pair<FeedScores>>> = {};
  const feeds: Partial<Record<string, TokenFeed | PairFeed>> = {};
  for (const name of objective.feeds) {
    const named = (suffix: string) => batches.find((batch) => batch.name === `${name}${suffix}`);
    const [one, chosen, rejected] = [named(""), named("/chosen"), named("/rejected")];
    scores[name] = chosen && rejected ? { chosen: chosen.scores, rejected: rejected.scores } : one?.scores;
    feeds[name] = chosen && rejected ? { chosen: chosen.feed, rejected: rejected.feed, ...chosen.pairs } : one?.feed;
  }
  const { loss, metrics, credit } = objective.assign(
    scores as Pick<Scores, FeedName>,
    feeds as Pick<Feeds, FeedName>,
    params,
    clock,
  );
  const credits = Object.entries(credit).flatMap(([name, given]: [string, FeedCredit | Pair<FeedCredit>]) =>
    "dLogp" in given
      ? [[name, given] as const]
      : [[`${name}/chosen`, given.chosen] as const, [`${name}/rejected`, given.rejected] as const],
  );
  return { loss, metrics, credits: new Map(credits) };
}
