import type { Metrics } from "../../metrics.ts";
import { choice, flag, real } from "../../schema.ts";
import { sigmoid, summarise } from "../../statistics.ts";
import type {
  ChartSpec,
  ExplainedRow,
  Explanation,
  FeedCredit,
  FeedScores,
  Pair,
  PairFeed,
  Quantity,
  Term,
  TokenContext,
  TokenFeed,
  View,
} from "../objective.ts";
import { FeedError, floorLogp, present, rowCounts, scored, scoredMean, written, zeroShare } from "./batch.ts";
import { explainPairLoss, type PairLossTex, type PairLossType, type PairLossValues, pairTex } from "./pairLosses.ts";

/** One answer as preference losses see it. */
export interface Sequence {
  readonly logp: number; // Σ log π over scored tokens
  readonly ref: number; // Σ log π_ref; 0 without a reference
  readonly length: number; // scored tokens, `<eos>` included
}

/** Sums over the scored tokens of each row. [B] */
export function sequencesOf(scores: FeedScores, feed: TokenFeed): Sequence[] {
  const { rows, length, mask, refLogp } = feed;
  return Array.from({ length: rows }, (_, b) => {
    const sums = { logp: 0, ref: 0, length: 0 };
    for (let i = b * length; i < (b + 1) * length; i++) {
      if (!mask[i]) continue;
      sums.logp += floorLogp(scores.logp[i]!);
      if (refLogp) sums.ref += floorLogp(refLogp[i]!);
      sums.length++;
    }
    return sums;
  });
}

/** Every scored token of row b gets the slope of its sequence. [B] to [B, T] */
export function spread(slopes: ArrayLike<number>, { rows, length, mask }: TokenFeed): Float64Array {
  const result = new Float64Array(rows * length);
  for (let i = 0; i < result.length; i++) if (mask[i]) result[i] = slopes[Math.floor(i / length)]!;
  return result;
}

/** log π − log π_ref of each scored token: the implicit reward, token by token, in units of β. [B, T] */
export function logRatios(scores: FeedScores, { refLogp, mask }: TokenFeed): Float64Array {
  const ratios = new Float64Array(mask.length);
  if (!refLogp) return ratios;
  for (let i = 0; i < ratios.length; i++) if (mask[i]) ratios[i] = floorLogp(scores.logp[i]!) - floorLogp(refLogp[i]!);
  return ratios;
}

/** @throws {FeedError} where either side has rows without the reference's log-probabilities */
export function requireReferences(pairs: PairFeed, name: string, objective: string): void {
  requireReference(pairs.chosen, `${name}.chosen`, objective);
  requireReference(pairs.rejected, `${name}.rejected`, objective);
}

/** @throws {FeedError} where rows came without the reference's log-probabilities */
export function requireReference(feed: TokenFeed, name: string, objective: string): void {
  if (feed.rows > 0 && !feed.refLogp) throw new FeedError(`${name} must carry refLogp for ${objective}, got none.`);
}

/** What one pair contributes: loss, slopes in Σ log π of either answer, and the implicit rewards it reports. */
interface PairTerm {
  readonly loss: number;
  readonly dChosen: number;
  readonly dRejected: number;
  readonly rewardChosen: number;
  readonly rewardRejected: number;
}

export const pairKnobs = {
  nllCoef: real(
    0,
    { min: 0, max: 10, step: 0.05 },
    {
      label: "NLL of chosen",
      help: "How much plain SFT on the chosen answer is added; keeps its probability from falling.",
      source: "0 in arXiv 2506.21495, 1 in its ablation; TRL's sft loss",
      live: true,
    },
  ),
  nllLengthNorm: flag(true, {
    label: "NLL per token",
    help: "Divides that term by the number of chosen tokens instead of the number of pairs.",
    source: "fairseq2 nll_length_normalization (on)",
  }),
  entropyCoef: real(
    0,
    { min: 0, max: 1, log: true },
    {
      label: "Entropy bonus",
      help: "How much the policy is paid for staying uncertain on the chosen answers.",
      symbol: "\\beta_H",
      source: "1e-4 to 5e-4 in an ablation of arXiv 2506.21495",
      live: true,
    },
  ),
};

export const reductionKnob = choice(
  "pairs",
  [
    { value: "pairs", label: "Pairs", help: "The mean over pairs that exist: TRL." },
    {
      value: "prompts",
      label: "Prompts asked",
      help: "Prompts without a pair count as 0: steps shrink as pairs get rare, as in fairseq2.",
    },
  ],
  { label: "Mean over", help: "What the sum over pairs is divided by.", source: "TRL; fairseq2 for prompts" },
);

interface PairValues {
  readonly reduction: "pairs" | "prompts";
  readonly nllCoef: number;
  readonly nllLengthNorm: boolean;
  readonly entropyCoef: number;
}

interface PairResult {
  readonly loss: number;
  readonly credit: Pair<FeedCredit>;
  readonly metrics: Metrics;
}

/**
 * (1/D) Σ over pairs of [ℓ + nllCoef · NLL(chosen) − entropyCoef · mean entropy of chosen], D pairs or prompts. A pair
 * counts when both answers have a scored token; without any, loss and credit are 0 and `pairs/count` says so.
 * @throws {FeedError} when the sides have different numbers of rows
 */
export function overPairs(
  scores: Pair<FeedScores>,
  feed: PairFeed,
  values: PairValues,
  term: (chosen: Sequence, rejected: Sequence) => PairTerm,
): PairResult {
  if (feed.chosen.rows !== feed.rejected.rows)
    throw new FeedError(
      `chosen and rejected must have the same rows, got ${feed.chosen.rows} and ${feed.rejected.rows}.`,
    );
  const chosen = sequencesOf(scores.chosen, feed.chosen);
  const rejected = sequencesOf(scores.rejected, feed.rejected);
  const valid = chosen.map((c, i) => c.length > 0 && rejected[i]!.length > 0);
  const count = valid.filter(Boolean).length;
  const prompts = feed.prompts ?? chosen.length;
  if (prompts < count) throw new FeedError(`prompts must be at least the number of pairs, ${count}, got ${prompts}.`);
  const share = count === 0 ? 0 : 1 / (values.reduction === "prompts" ? prompts : count);
  const tokens = chosen.reduce((sum, c, i) => sum + (valid[i] ? c.length : 0), 0);
  const nllScale = values.nllCoef * (values.nllLengthNorm && tokens > 0 ? count / tokens : 1);
  const terms = chosen.map((c, i) => (valid[i] ? term(c, rejected[i]!) : undefined));
  const slopes = { chosen: new Float64Array(chosen.length), rejected: new Float64Array(chosen.length) };
  let loss = 0;
  terms.forEach((t, i) => {
    if (!t) return;
    loss += share * (t.loss - nllScale * chosen[i]!.logp);
    slopes.chosen[i] = share * (t.dChosen - nllScale);
    slopes.rejected[i] = share * t.dRejected;
  });
  const bonus = entropyBonus(scores.chosen, feed.chosen, valid, share * values.entropyCoef);
  loss += bonus.loss;
  const dLogp = spread(slopes.chosen, feed.chosen);
  const weights = scored(share > 0 ? dLogp.map((d) => -d / share) : dLogp, feed.chosen.mask);
  const metrics = pairMetrics({ loss, chosen, rejected, valid, prompts, terms, weights }, scores, feed);
  const views = (side: "chosen" | "rejected") => ({ log_ratio: logRatios(scores[side], feed[side]) });
  const pairLosses = terms.flatMap((t, row) =>
    t ? [{ chosen: row, rejected: row, loss: t.loss, margin: t.rewardChosen - t.rewardRejected }] : [],
  );
  const credit = {
    chosen: { dLogp, dEntropy: bonus.dEntropy, views: views("chosen"), pairLosses },
    rejected: { dLogp: spread(slopes.rejected, feed.rejected), views: views("rejected") },
  };
  return { loss, credit, metrics };
}

/** The pairs of a batch, in order. */
interface Judged {
  readonly loss: number;
  readonly chosen: readonly Sequence[];
  readonly rejected: readonly Sequence[];
  /** Both answers have a scored token. */
  readonly valid: readonly boolean[];
  /** Asked, whether they gave a pair or not. */
  readonly prompts: number;
  /** Of each pair; undefined where it does not count. */
  readonly terms: readonly (PairTerm | undefined)[];
  /** Of the scored tokens of the chosen answers. */
  readonly weights: Float64Array;
}

/** What is measured of pairs beside their loss. */
function pairMetrics(
  { loss, chosen, rejected, valid, prompts, terms, weights }: Judged,
  scores: Pair<FeedScores>,
  feed: PairFeed,
): Metrics {
  const count = valid.filter(Boolean).length;
  const tokens = chosen.reduce((sum, c, i) => sum + (valid[i] ? c.length : 0), 0);
  const weight = summarise(weights);
  const kept = <X>(list: readonly X[]) => list.filter((_, i) => valid[i]);
  const mean = (of: (t: PairTerm) => number) =>
    count > 0 ? summarise(terms.flatMap((t) => (t ? [of(t)] : []))).mean : undefined;
  const logps = (list: readonly Sequence[]) => (count > 0 ? summarise(kept(list).map((s) => s.logp)).mean : undefined);
  return present({
    loss,
    "pairs/count": count,
    "pairs/valid_frac": prompts > 0 ? count / prompts : 0,
    "rewards/chosen": mean((t) => t.rewardChosen),
    "rewards/rejected": mean((t) => t.rewardRejected),
    "rewards/margins": mean((t) => t.rewardChosen - t.rewardRejected),
    "rewards/accuracies": mean((t) => (t.rewardChosen > t.rewardRejected ? 1 : 0)),
    "logps/chosen": logps(chosen),
    "logps/rejected": logps(rejected),
    nll_loss: tokens > 0 ? -kept(chosen).reduce((sum, c) => sum + c.logp, 0) / tokens : undefined,
    "pairs/zero_chosen": zeroShare(scores.chosen.logp, feed.chosen.mask),
    "pairs/zero_rejected": zeroShare(scores.rejected.logp, feed.rejected.mask),
    "pairs/entropy": pairEntropy(scores, feed),
    "token_weight/mean": count > 0 ? weight.mean : undefined,
    "token_weight/max": count > 0 ? weight.max : undefined,
  });
}

/** −coef · Σ over valid rows of the mean entropy of their tokens, with its slope [B, T]. */
function entropyBonus(scores: FeedScores, feed: TokenFeed, valid: readonly boolean[], coef: number) {
  if (coef === 0) return { loss: 0, dEntropy: undefined };
  const counts = rowCounts(feed);
  const dEntropy = spread(
    counts.map((n, b) => (valid[b] ? -coef / n : 0)),
    feed,
  );
  return { loss: dEntropy.reduce((sum, d, i) => (d === 0 ? sum : sum + d * scores.entropy[i]!), 0), dEntropy };
}

/** Token-mean entropy over both answers. */
function pairEntropy(scores: Pair<FeedScores>, feed: PairFeed): number | undefined {
  const sides = ["chosen", "rejected"] as const;
  const counts = sides.map((side) => scored(scores[side].entropy, feed[side].mask).length);
  const means = sides.map((side) => scoredMean(scores[side].entropy, feed[side].mask) ?? Number.NaN);
  return (means[0]! * counts[0]! + means[1]! * counts[1]!) / (counts[0]! + counts[1]!);
}

/** The words of what is shown of tokens that are compared with a reference. */
export const PAIR_VIEWS = {
  log_ratio: {
    label: "log-ratio to the reference",
    symbol: "log-ratio",
    formula: "log p − log p_ref",
    scale: "signed",
    ends: { up: "likelier than under the reference", down: "less likely" },
    unit: "nats",
  },
} as const satisfies Record<string, View>;

/** TeX of DPO's own loss. */
export const DPO_TEX =
  "\\mathcal{L} = -\\mathbb{E}\\,\\log\\sigma\\!\\Big(\\beta\\log\\frac{\\pi_\\theta(y_c)}{\\pi_{\\text{ref}}(y_c)} - \\beta\\log\\frac{\\pi_\\theta(y_r)}{\\pi_{\\text{ref}}(y_r)}\\Big)";

/** TeX of a loss on pairs of two answers under the settings in force, in pieces. */
export function dpoTex(
  params: PairLossTex & { readonly nllCoef: number; readonly entropyCoef: number },
): readonly string[] {
  const plain = params.lossType === "sigmoid" && params.labelSmoothing === 0;
  return [...(plain ? [DPO_TEX] : pairTex("\\mathbb{E}", params)), ...besidePairsTex(params)];
}

/** TeX of the terms that stand beside the loss of the pairs, each where its coefficient is above 0. */
export function besidePairsTex(params: { readonly nllCoef: number; readonly entropyCoef: number }): readonly string[] {
  return [
    ...(params.nllCoef > 0 ? ["{} + c_{\\text{NLL}}\\,\\text{NLL}(y_c)"] : []),
    ...(params.entropyCoef > 0 ? ["{} - \\beta_H\\, H(y_c)"] : []),
  ];
}

/** An answer of the pair, as losses on pairs see it. */
interface ExplainedAnswer {
  /** Σ log π over its scored tokens. */
  readonly logp: number;
  /** Σ (log π − log π_ref); undefined without a reference. */
  readonly ratio: number | undefined;
  /** Scored tokens. */
  readonly length: number;
}

interface Push {
  readonly quantities: readonly Quantity[];
  /** −∂ℓ/∂log π of a token of this answer, before the mean over pairs. */
  readonly push: Term;
}

type NllValues = Pick<PairValues, "nllCoef" | "nllLengthNorm" | "reduction">;

/**
 * Every token of an answer is pushed alike: by the slope of its pair's loss, and where it was chosen by that of its likelihood.
 * Without terms where the other answer or the size of the batch is not at hand.
 */
export function explainPair(
  token: TokenContext<NllValues>,
  pushOf: (chosen: ExplainedAnswer, rejected: ExplainedAnswer, isChosen: boolean) => Push | undefined,
): Explanation {
  const { row, partner, params } = token;
  const isChosen = row.feed.endsWith("/chosen");
  const [chosen, rejected] = isChosen ? [row, partner] : [partner, row];
  if (!row.batch || !chosen || !rejected) return { terms: [] };
  const found = pushOf(answerOf(chosen), answerOf(rejected), isChosen);
  if (!found) return { terms: [] };
  const { quantities, push } = found;
  const D = divisorOf(row.batch.rows, token);
  const main: Term = {
    symbols: `${push.symbols} / D`,
    numbers: written`${push.numbers} / ${`${D}`}`,
    value: push.value / D,
  };
  const nll = isChosen && params.nllCoef > 0 ? [nllTerm(row.batch, params, D)] : [];
  return { quantities, terms: [main, ...nll] };
}

function nllTerm(batch: NonNullable<ExplainedRow["batch"]>, params: NllValues, D: number): Term {
  const c = params.nllCoef;
  if (!params.nllLengthNorm)
    return { symbols: "NLL coefficient / D", numbers: written`${c} / ${`${D}`}`, value: c / D };
  return {
    symbols: "NLL coefficient · B / (N · D)",
    numbers: written`${c} × ${`${batch.rows}`} / (${`${batch.tokens} × ${D}`})`,
    value: (c * batch.rows) / (batch.tokens * D),
  };
}

/** The push of DPO and its kin on a pair with a reference. */
export function explainDpo(
  token: TokenContext<NllValues & PairLossValues & { readonly lossType: PairLossType }>,
): Explanation {
  const { params } = token;
  return explainPair(token, (chosen, rejected, isChosen) => {
    const [lc, lr] = [chosen.ratio, rejected.ratio];
    if (lc === undefined || lr === undefined) return undefined;
    const pair = { lc, lr, nc: chosen.length, nr: rejected.length };
    const h: Quantity = { symbol: "h", value: lc - lr, words: "Σ log-ratio, chosen − rejected" };
    const wrong: Quantity = {
      symbol: "σ(−βh)",
      value: sigmoid(-params.beta * (lc - lr)),
      words: "how wrong it still is",
    };
    const isPlain = params.lossType === "sigmoid" && params.labelSmoothing === 0;
    const sides: readonly Quantity[] = [
      { symbol: "h_c", value: lc, words: "Σ log-ratio of the chosen" },
      { symbol: "h_r", value: lr, words: "of the rejected" },
    ];
    return {
      quantities: isPlain ? [h, wrong] : [h, ...sides],
      push: explainPairLoss(params.lossType, pair, isChosen, params),
    };
  });
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

function answerOf({ logp, views }: ExplainedRow): ExplainedAnswer {
  const { log_ratio } = views;
  return { logp: sum(logp), ratio: log_ratio && sum(log_ratio), length: logp.length };
}

/** D: the pairs that there are, or the prompts that were asked. */
function divisorOf(pairs: number, { params, metric }: TokenContext<NllValues>): number {
  if (params.reduction !== "prompts") return pairs;
  const share = metric("pairs/valid_frac");
  return share ? Math.round(pairs / share) : pairs;
}

/** What preference objectives show beside the common charts. */
export const pairCharts: readonly ChartSpec[] = [
  {
    title: "Chosen against rejected",
    sentence:
      "β times the log-ratio to the reference; the margin is 0 by construction while the reference is the policy itself.",
    series: [
      { metric: "rewards/chosen", label: "chosen" },
      { metric: "rewards/rejected", label: "rejected" },
      { metric: "rewards/margins", label: "margin" },
    ],
  },
  {
    title: "Log-probabilities of pairs",
    sentence: "Whether the chosen answers become likelier, or only less unlikely than the rejected ones.",
    series: [
      { metric: "logps/chosen", label: "chosen" },
      { metric: "logps/rejected", label: "rejected" },
    ],
  },
  {
    title: "Pair yield",
    sentence: "Share of prompts that gave a pair, and share of pairs with a margin above 0.",
    series: [
      { metric: "pairs/valid_frac", label: "prompts with a pair" },
      { metric: "rewards/accuracies", label: "ordered rightly" },
    ],
    domain: [0, 1],
  },
];
