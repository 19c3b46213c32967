import { choice, flag, real } from "../../schema.ts";
import type { FeedCredit, FeedScores, Metrics, Pair, PairFeed, TokenFeed } from "../objective.ts";
import { rowCounts } from "./aggregate.ts";
import { FeedError } from "./feedError.ts";
import { present } from "./metrics.ts";
import { logRatios, type Sequence, sequencesOf, spread } from "./sequences.ts";
import { scored, scoredMean, summarise, zeroShare } from "./stats.ts";

/** What one pair contributes: loss, slopes in Σ log π of either answer, and the implicit rewards it reports. */
export interface PairTerm {
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

export interface PairValues {
  readonly reduction: "pairs" | "prompts";
  readonly nllCoef: number;
  readonly nllLengthNorm: boolean;
  readonly entropyCoef: number;
}

export interface PairResult {
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
  const weight = summarise(scored(share > 0 ? dLogp.map((d) => -d / share) : dLogp, feed.chosen.mask));
  const kept = <X>(list: readonly X[]) => list.filter((_, i) => valid[i]);
  const mean = (of: (t: PairTerm) => number) =>
    count > 0 ? summarise(terms.flatMap((t) => (t ? [of(t)] : []))).mean : undefined;
  const logps = (list: readonly Sequence[]) => (count > 0 ? summarise(kept(list).map((s) => s.logp)).mean : undefined);
  const metrics = present({
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
