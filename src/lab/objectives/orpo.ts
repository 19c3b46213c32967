import { log1mexp, logSigmoid, sigmoid } from "../statistics.ts";
import { defineObjective } from "./objective.ts";
import { written } from "./terms/batch.ts";
import { pairLossKnobs } from "./terms/pairLosses.ts";
import { explainPair, overPairs, PAIR_VIEWS, pairCharts, pairKnobs, reductionKnob } from "./terms/pairs.ts";

/**
 * Odds of an answer of probability 1 are infinite: per-token means above this count as this, and are not pushed. It is far
 * above what float32 knows below 1, so that a rejected answer that is all but sure is still pushed down: its slope in a
 * logit, λ (1 − p) / (1 − p̄), is about λ however sure it is.
 */
const HIGHEST = -1e-12;

/** log(p / (1 − p)) of a mean log-probability, with its slope. */
function logOdds(mean: number): { readonly value: number; readonly slope: number } {
  const a = Math.min(mean, HIGHEST);
  return { value: a - log1mexp(a), slope: mean > HIGHEST ? 0 : -1 / Math.expm1(a) };
}

/**
 * ORPO: L = NLL(chosen) − λ log σ(log odds(y_c) − log odds(y_r)), odds of the per-token mean probability; no reference.
 * Follows TRL's orpo_trainer.py, whose beta is λ; its NLL runs over prompt and answer, here over the answer alone.
 */
export const orpo = defineObjective({
  id: "orpo",
  title: "ORPO",
  family: "prefer",
  isVariant: true,
  summary:
    "SFT on the chosen answers with a penalty on the odds of the rejected ones, in one stage and without a reference.",
  paper: "Hong et al. 2024, arXiv 2403.07691; code followed: TRL",
  formula:
    "\\mathcal{L} = -\\frac{1}{N}\\sum_t \\log\\pi_\\theta(y_{c,t}) - \\beta\\,\\mathbb{E}\\log\\sigma\\!\\Big(\\log\\frac{\\operatorname{odds}_\\theta(y_c)}{\\operatorname{odds}_\\theta(y_r)}\\Big), \\quad \\operatorname{odds} = \\frac{p}{1-p}",
  feeds: ["offlinePairs"],
  params: {
    beta: {
      ...pairLossKnobs.beta,
      help: "How much the odds ratio counts beside the likelihood.",
      source: "λ = 0.1 in the paper and TRL",
    },
    nllCoef: {
      ...pairKnobs.nllCoef,
      initial: 1,
      help: "How much plain SFT on the chosen answer counts.",
      source: "1 by definition",
    },
    nllLengthNorm: pairKnobs.nllLengthNorm,
    entropyCoef: pairKnobs.entropyCoef,
    reduction: reductionKnob,
  },
  reads: ({ entropyCoef }) => (entropyCoef > 0 ? ["entropy"] : []),
  charts: [
    ...pairCharts,
    {
      title: "NLL of chosen",
      sentence: "The imitation half of the loss.",
      series: [{ metric: "nll_loss", label: "NLL per token" }],
    },
  ],
  views: PAIR_VIEWS,
  explain: (token) =>
    explainPair(token, (c, r, isChosen) => {
      const [chosen, rejected] = [logOdds(c.logp / c.length), logOdds(r.logp / r.length)];
      const x = chosen.value - rejected.value;
      const [own, T, minus] = isChosen ? [chosen, c.length, ""] : [rejected, r.length, "−"];
      const size = (token.params.beta * own.slope) / T;
      return {
        quantities: [{ symbol: "x", value: x, words: "log odds, chosen − rejected" }],
        push: {
          symbols: `${minus}β · σ(−x) / ((1 − p̄) T)`,
          numbers: written`${minus}${size} × ${sigmoid(-x)}`,
          value: (isChosen ? 1 : -1) * size * sigmoid(-x),
        },
      };
    }),
  assign(scores, feeds, params) {
    const { beta } = params;
    const { loss, credit, metrics } = overPairs(scores.offlinePairs, feeds.offlinePairs, params, (c, r) => {
      const chosen = logOdds(c.logp / c.length);
      const rejected = logOdds(r.logp / r.length);
      const x = chosen.value - rejected.value;
      const push = beta * sigmoid(-x);
      return {
        loss: -beta * logSigmoid(x),
        dChosen: (-push * chosen.slope) / c.length,
        dRejected: (push * rejected.slope) / r.length,
        rewardChosen: (beta * c.logp) / c.length,
        rewardRejected: (beta * r.logp) / r.length,
      };
    });
    return { loss, credit: { offlinePairs: credit }, metrics };
  },
});
