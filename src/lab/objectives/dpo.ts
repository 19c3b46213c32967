import { type Defining, defineObjective, type FeedScores, type Pair, type PairFeed } from "./objective.ts";
import { explainDpo } from "./terms/explainPairs.ts";
import { DPO_TEX, dpoTex } from "./terms/formula.ts";
import { overPairs, type PairValues, pairKnobs, reductionKnob } from "./terms/overPairs.ts";
import { pairCharts } from "./terms/pairCharts.ts";
import { LOSS_TYPE, type PairLossType, type PairLossValues, pairLoss, pairLossKnobs } from "./terms/pairLosses.ts";
import { requireReference } from "./terms/sequences.ts";
import { ONLINE, SEMI_ONLINE } from "./terms/syncDefinition.ts";
import { PAIR_VIEWS } from "./terms/views.ts";

const params = { ...pairLossKnobs, ...pairKnobs, reduction: reductionKnob };

type DpoValues = PairValues & PairLossValues & { readonly lossType: PairLossType };

function assignPairs(id: string, name: string, scores: Pair<FeedScores>, feed: PairFeed, values: DpoValues) {
  requireReference(feed.chosen, `${name}.chosen`, id);
  requireReference(feed.rejected, `${name}.rejected`, id);
  return overPairs(scores, feed, values, (c, r) => {
    const pair = { lc: c.logp - c.ref, lr: r.logp - r.ref, nc: c.length, nr: r.length };
    const { loss, dc, dr } = pairLoss(values.lossType, pair, values);
    return {
      loss,
      dChosen: dc,
      dRejected: dr,
      rewardChosen: values.beta * pair.lc,
      rewardRejected: values.beta * pair.lr,
    };
  });
}

/**
 * Direct preference optimisation: L = −mean log σ(β h), h = log-ratio of chosen − log-ratio of rejected. The three entries
 * share everything but the feed. Follows TRL's dpo_trainer.py for losses and metrics and fairseq2's online recipe
 * (arXiv 2506.21495) for the NLL and entropy terms and the mean over prompts. Own pairs also report TRL's `entropy`.
 */
function dpo<const F extends "offlinePairs" | "onlinePairs">(
  feed: F,
  id: string,
  title: string,
  summary: string,
  defines: Readonly<Record<string, Defining>>,
) {
  return defineObjective({
    id,
    title,
    short: title.replace(/ DPO$/, ""),
    family: "prefer",
    summary,
    paper:
      "Rafailov et al. 2023, arXiv 2305.18290; Lanchantin et al. 2025, arXiv 2506.21495; code followed: TRL, fairseq2",
    formula: DPO_TEX,
    formulaOf: dpoTex,
    feeds: [feed],
    defines: { lossType: LOSS_TYPE, ...defines },
    params,
    needs: () => ["reference"],
    reads: ({ entropyCoef }) => (entropyCoef > 0 ? ["entropy"] : []),
    charts: pairCharts,
    views: PAIR_VIEWS,
    explain: explainDpo,
    assign(scores, feeds, values) {
      const { loss, credit, metrics } = assignPairs(id, feed, scores[feed], feeds[feed], values);
      const entropy = metrics["pairs/entropy"];
      const own = feed === "onlinePairs" && entropy !== undefined ? { entropy } : {};
      return { loss, credit: { [feed]: credit } as never, metrics: { ...metrics, ...own } };
    },
  });
}

export const dpoOffline = dpo(
  "offlinePairs",
  "dpo-offline",
  "Offline DPO",
  "Prefers the better of two answers that the starting policy or somebody else wrote before training.",
  {},
);
export const dpoSemiOnline = dpo(
  "onlinePairs",
  "dpo-semi-online",
  "Semi-online DPO",
  "Prefers the better of two own answers, sampled by a copy of the policy that is refreshed every few updates.",
  SEMI_ONLINE,
);
export const dpoOnline = dpo(
  "onlinePairs",
  "dpo-online",
  "Online DPO",
  "Prefers the better of two answers that the policy has just sampled; with the reference refreshed too, the loss stays at ln 2.",
  ONLINE,
);
