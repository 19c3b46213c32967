import { real } from "../schema.ts";
import { pairCharts } from "./dpo.ts";
import { present } from "./metrics.ts";
import { defineObjective, type FeedCredit, type PairFeed } from "./objective.ts";
import { pairLossKnobs } from "./pairLosses.ts";
import { sigmoid } from "./probability.ts";
import { logRatios, requireReference, type Sequence, sequencesOf, spread } from "./sequences.ts";
import { scored, summarise } from "./stats.ts";

const ratio = ({ logp, ref }: Sequence) => logp - ref;
const weightKnob = (label: string, help: string) =>
  real(1, { min: 0, max: 10, step: 0.05 }, { label, help, source: "1 in TRL", live: true });

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
  summary:
    "Learns from answers that are simply good or bad, measured against the policy's average drift from the reference.",
  paper: "Ethayarajh et al. 2024, arXiv 2402.01306; code followed: TRL",
  formula:
    "\\mathcal{L} = \\mathbb{E}_{y_c}\\,\\lambda_D\\,\\sigma\\big(\\beta(z_0 - r)\\big) + \\mathbb{E}_{y_r}\\,\\lambda_U\\,\\sigma\\big(\\beta(r - z_0)\\big), \\quad r = \\log\\frac{\\pi_\\theta(y)}{\\pi_{\\text{ref}}(y)}",
  feeds: ["offlinePairs"],
  params: {
    beta: { ...pairLossKnobs.beta, source: "0.1 in TRL" },
    desirableWeight: weightKnob("Weight of good answers", "λ_D: raise it where good answers are rare."),
    undesirableWeight: weightKnob("Weight of bad answers", "λ_U: raise it where bad answers are rare."),
  },
  needs: () => ["reference"],
  charts: [
    ...pairCharts,
    {
      title: "Reference point z₀",
      sentence: "The average drift from the reference that good and bad are measured against.",
      series: [{ metric: "kl", label: "z₀" }],
    },
  ],
  assign(scores, feeds, params) {
    const { beta } = params;
    const pairs = feeds.offlinePairs;
    requireReference(pairs.chosen, "offlinePairs.chosen", "kto");
    requireReference(pairs.rejected, "offlinePairs.rejected", "kto");
    const sides = (["chosen", "rejected"] as const).map((name) => {
      const given = scores.offlinePairs[name];
      return {
        name,
        feed: pairs[name],
        scores: given,
        held: sequencesOf(given.frozen ?? given, pairs[name]),
        rows: sequencesOf(given, pairs[name]),
      };
    });
    const filled = (rows: readonly Sequence[]) => rows.filter((row) => row.length > 0);
    const others = mismatched(pairs) ?? sides.flatMap(({ held }) => filled(held));
    const kl = Math.max(0, summarise(others.map(ratio)).mean);
    const count = sides.reduce((sum, { rows }) => sum + filled(rows).length, 0);
    let loss = 0;
    const credits: FeedCredit[] = sides.map(({ name, feed, scores: given, rows }) => {
      const [sign, weight] = name === "chosen" ? [-1, params.desirableWeight] : [1, params.undesirableWeight];
      const slopes = rows.map((row) => {
        if (row.length === 0) return 0;
        const s = sigmoid(sign * beta * (ratio(row) - kl));
        loss += (weight * s) / count;
        return (weight * sign * beta * s * (1 - s)) / count;
      });
      return { dLogp: spread(slopes, feed), views: { log_ratio: logRatios(given, feed) } };
    });
    const means = sides.map(({ rows }) =>
      filled(rows).length > 0
        ? {
            reward: beta * summarise(filled(rows).map(ratio)).mean,
            logp: summarise(filled(rows).map((row) => row.logp)).mean,
          }
        : undefined,
    );
    const [chosen, rejected] = means;
    const pushes = summarise(
      scored(
        credits[0]!.dLogp.map((d) => -d * count),
        pairs.chosen.mask,
      ),
    );
    const metrics = present({
      loss,
      kl: count > 0 ? kl : undefined,
      "pairs/count": count / 2,
      "rewards/chosen": chosen?.reward,
      "rewards/rejected": rejected?.reward,
      "rewards/margins": chosen && rejected && chosen.reward - rejected.reward,
      "logps/chosen": chosen?.logp,
      "logps/rejected": rejected?.logp,
      "token_weight/mean": count > 0 ? pushes.mean : undefined,
      "token_weight/max": count > 0 ? pushes.max : undefined,
    });
    return { loss, credit: { offlinePairs: { chosen: credits[0]!, rejected: credits[1]! } }, metrics };
  },
});

function mismatched({ mismatched: given, rejected, chosen }: PairFeed): Sequence[] | undefined {
  if (!given) return undefined;
  const rows = chosen.rows || rejected.rows;
  const feed = { rows, length: rows > 0 ? given.mask.length / rows : 0, mask: given.mask, refLogp: given.refLogp };
  return sequencesOf({ logp: given.logp, entropy: given.logp, vocabSize: 0 }, feed);
}
