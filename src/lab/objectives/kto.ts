import { sigmoid, summarise } from "../statistics.ts";
import { defineObjective, type FeedCredit, type PairFeed, type PairLossRow } from "./objective.ts";
import { present, zeroShare } from "./terms/batch.ts";
import { EXPLAINED_KTO } from "./terms/explainKto.ts";
import { pairLossKnobs, sideWeight } from "./terms/pairLosses.ts";
import { logRatios, pairCharts, requireReferences, type Sequence, sequencesOf, spread } from "./terms/pairs.ts";
import { weightMetrics } from "./terms/supervised.ts";

const ratio = ({ logp, ref }: Sequence) => logp - ref;
const written = ({ length }: Sequence) => length > 0;
const meanOf = (rows: readonly Sequence[], of: (row: Sequence) => number) =>
  rows.length > 0 ? summarise(rows.map(of)).mean : undefined;

/**
 * KTO: λ_D (1 − σ(β (r − z₀))) for a desirable answer, λ_U (1 − σ(β (z₀ − r))) for an undesirable one, r its log-ratio to
 * the reference; mean over all answers. z₀ = max(0, mean log-ratio of answers under other prompts), behind a
 * stop-gradient, as TRL's kto_trainer.py. Where the feed has no such answers, the batch's own stand in: biased upwards.
 * The two sides need not have the same number of rows.
 */
export const kto = defineObjective({
  id: "kto",
  title: "KTO",
  family: "prefer",
  isVariant: true,
  summary:
    "Learns from answers that are simply good or bad, measured against the policy's average drift from the reference.",
  paper: "Ethayarajh et al. 2024, arXiv 2402.01306; code followed: TRL",
  formula:
    "\\mathcal{L} = \\frac{1}{n}\\Big[\\sum_{y_c} \\lambda_D\\,\\sigma\\big(\\beta(z_0 - r)\\big) + \\sum_{y_r} \\lambda_U\\,\\sigma\\big(\\beta(r - z_0)\\big)\\Big], \\quad r = \\log\\frac{\\pi_\\theta(y)}{\\pi_{\\text{ref}}(y)}",
  feeds: ["offlinePairs"],
  params: {
    beta: { ...pairLossKnobs.beta, source: "0.1 in TRL" },
    desirableWeight: sideWeight("Weight of good answers", "λ_D: raise it where good answers are rare."),
    undesirableWeight: sideWeight("Weight of bad answers", "λ_U: raise it where bad answers are rare."),
  },
  needs: () => ["reference", "mismatched"],
  charts: [
    ...pairCharts.slice(0, 2),
    {
      title: "Reference point z₀",
      sentence: "The average drift from the reference that good and bad are measured against.",
      series: [{ metric: "kl", label: "z₀" }],
    },
  ],
  ...EXPLAINED_KTO,
  assign(scores, feeds, params) {
    const { beta } = params;
    const pairs = feeds.offlinePairs;
    requireReferences(pairs, "offlinePairs", "kto");
    const sides = (["chosen", "rejected"] as const).map((name) => {
      const [given, feed] = [scores.offlinePairs[name], pairs[name]];
      const rows = sequencesOf(given, feed);
      const held = sequencesOf(given.frozen ?? given, feed).filter(written);
      return { given, feed, rows, held, sign: name === "chosen" ? -1 : 1 };
    });
    const kl = Math.max(0, meanOf(mismatched(pairs) ?? sides.flatMap(({ held }) => held), ratio) ?? 0);
    const count = sides.reduce((sum, { held }) => sum + held.length, 0);
    let loss = 0;
    const [good, bad] = sides.map(({ given, feed, rows, sign }): FeedCredit => {
      const weight = sign < 0 ? params.desirableWeight : params.undesirableWeight;
      const pairLosses: PairLossRow[] = [];
      const slopes = rows.map((row, b) => {
        if (!written(row)) return 0;
        const s = sigmoid(sign * beta * (ratio(row) - kl));
        loss += (weight * s) / count;
        pairLosses.push({ [sign < 0 ? "chosen" : "rejected"]: b, loss: weight * s });
        return (weight * sign * beta * s * (1 - s)) / count;
      });
      return { dLogp: spread(slopes, feed), views: { log_ratio: logRatios(given, feed) }, pairLosses };
    }) as [FeedCredit, FeedCredit];
    const [chosen, rejected] = sides.map(({ rows }) => rows.filter(written)) as [Sequence[], Sequence[]];
    const rewards = [chosen, rejected].map((rows) => meanOf(rows, (row) => beta * ratio(row)));
    const weights = good.dLogp.map((d) => -d * count);
    const metrics = present({
      loss,
      kl: count > 0 ? kl : undefined,
      "pairs/count": count / 2,
      "rewards/chosen": rewards[0],
      "rewards/rejected": rewards[1],
      "rewards/margins": (rewards[0] ?? Number.NaN) - (rewards[1] ?? Number.NaN),
      "logps/chosen": meanOf(chosen, (row) => row.logp),
      "logps/rejected": meanOf(rejected, (row) => row.logp),
      "pairs/zero_chosen": zeroShare(scores.offlinePairs.chosen.logp, pairs.chosen.mask),
      "pairs/zero_rejected": zeroShare(scores.offlinePairs.rejected.logp, pairs.rejected.mask),
      ...weightMetrics(weights, pairs.chosen.mask),
    });
    return { loss, credit: { offlinePairs: { chosen: good, rejected: bad } }, metrics };
  },
});

function mismatched({ mismatched: given, chosen }: PairFeed): Sequence[] | undefined {
  if (!given) return undefined;
  const rows = given.rows ?? chosen.rows;
  const feed = { ...given, rows, length: rows > 0 ? given.mask.length / rows : 0 };
  return sequencesOf({ logp: given.logp, entropy: given.logp, vocabSize: 0 }, feed);
}
