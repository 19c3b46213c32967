import { summarise } from "../statistics.ts";
import { grpo } from "./grpo.ts";
import { type Defining, defineObjective, type FeedCredit } from "./objective.ts";
import { aggregation, FeedError, present, tokenScale } from "./terms/batch.ts";
import {
  CONSTANT_MU,
  explainMix,
  FALLING_MU,
  MIX_VIEWS,
  mixCharts,
  mixFormula,
  mixTex,
  muAt,
  muKnobs,
} from "./terms/mix.ts";
import { regularise, withinMix } from "./terms/policyGradient.ts";
import { sharedWeights, supervise } from "./terms/supervised.ts";
import { ruleOf, TOKEN_WEIGHTS, type TokenWeightName, tokenWeightKnob, weightKnobs } from "./terms/tokenWeight.ts";

/**
 * CHORD: L = (1 − µ) L_GRPO + µ L_SFT, each over its own tokens (arXiv 2508.11408, eq. 3–6). Follows Trinity-RFT's
 * chord_policy_loss.py: the weight on expert tokens is behind a stop-gradient, KL and entropy terms stand outside the mix.
 * Deviation: both terms are exact over the whole batch, where Trinity averages micro-batches; a term without tokens is 0.
 */
function chord(
  id: string,
  title: string,
  summary: string,
  tokenWeight: TokenWeightName,
  mu: ReturnType<typeof muKnobs>,
  defines: Readonly<Record<string, Defining>>,
) {
  return defineObjective({
    id,
    title,
    family: "mix",
    summary,
    paper: "Zhang et al. 2025, On-Policy RL Meets Off-Policy Experts, arXiv 2508.11408; code followed: Trinity-RFT",
    formula: mixFormula(tokenWeight),
    formulaOf: mixTex,
    feeds: ["demos", "rollouts"],
    defines,
    params: {
      ...mu,
      tokenWeight: tokenWeightKnob(tokenWeight),
      ...grpo.params,
      expertAggregation: { ...aggregation, label: "Expert aggregation", help: "The same for the expert's tokens." },
      ...weightKnobs,
    },
    needs: (params) => grpo.needs!(params),
    reads: (params, feed) => (feed === "demos" ? TOKEN_WEIGHTS[params.tokenWeight].reads : grpo.reads!(params, feed)),
    charts: [...mixCharts, ...grpo.charts!],
    views: MIX_VIEWS,
    explain: explainMix,
    assign(scores, feeds, params, clock) {
      const { rewards } = feeds.rollouts;
      if (params.muSchedule === "adaptive" && !rewards)
        throw new FeedError("rollouts must carry rewards when muSchedule is adaptive, got none.");
      const mu = muAt(clock.step, params, rewards && summarise(rewards).mean);
      const own = grpo.assign(scores, feeds, withinMix(params), clock);
      const rule = ruleOf(params.tokenWeight, scores.demos, feeds.demos.mask, params);
      const expert = supervise(scores.demos, feeds.demos, { ...params, aggregation: params.expertAggregation }, rule);
      const dLogp = own.credit.rollouts.dLogp.map((d) => (1 - mu) * d);
      const extra = regularise(scores.rollouts, feeds.rollouts, params, tokenScale(feeds.rollouts, params), dLogp);
      const loss = (1 - mu) * own.loss + mu * expert.loss + extra.loss;
      const rollouts: FeedCredit = { ...own.credit.rollouts, dLogp, dEntropy: extra.dEntropy };
      const demos: FeedCredit = { ...expert.credit, dLogp: expert.credit.dLogp.map((d) => mu * d) };
      const metrics = present({
        ...own.metrics,
        ...extra.metrics,
        ...expert.metrics,
        loss,
        mu,
        "loss/grpo": own.loss,
        "loss/sft": expert.loss,
        ...sharedWeights(expert.metrics, mu),
      });
      return { loss, credit: { demos, rollouts }, metrics };
    },
  });
}

export const chordMu = chord(
  "chord-mu",
  "CHORD-µ",
  "Mixes the expert's answers into reinforcement learning, with a share µ that falls over the run.",
  "none",
  muKnobs(0.9, 0.05, 0, 200, "CHORD section 4.3, math"),
  FALLING_MU,
);

export const chordPhi = chord(
  "chord-phi",
  "CHORD-φ",
  "Mixes in the expert with a small constant share, and only pushes the expert's tokens the policy is undecided about.",
  "phi",
  muKnobs(0.1, 0.1, 0, 0, "CHORD section 4.3; Trinity-RFT mix_chord.yaml"),
  CONSTANT_MU,
);
