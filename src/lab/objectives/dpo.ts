import { type Defining, defineObjective } from "./objective.ts";
import { LOSS_TYPE, pairLoss, pairLossKnobs } from "./terms/pairLosses.ts";
import {
  DPO_TEX,
  dpoTex,
  explainDpo,
  overPairs,
  PAIR_VIEWS,
  pairCharts,
  pairKnobs,
  reductionKnob,
  requireReferences,
} from "./terms/pairs.ts";

const syncWords = (every: unknown) =>
  every === 0 ? "never synced" : every === 1 ? "synced every step" : `s = ${every}`;
/** How often the generator follows the policy belongs to what an online variant is. */
const synced = (syncEvery: Omit<Defining, "otherwise">): Readonly<Record<string, Defining>> => ({
  syncEvery: { ...syncEvery, otherwise: (settings) => syncWords(settings.syncEvery) },
  referenceMode: { otherwise: ({ referenceMode }) => `${referenceMode} reference` },
});

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
    params: { ...pairLossKnobs, ...pairKnobs, reduction: reductionKnob },
    needs: () => ["reference"],
    reads: ({ entropyCoef }) => (entropyCoef > 0 ? ["entropy"] : []),
    charts: pairCharts,
    views: PAIR_VIEWS,
    explain: explainDpo,
    assign(scores, feeds, values) {
      requireReferences(feeds[feed], feed, id);
      const { loss, credit, metrics } = overPairs(scores[feed], feeds[feed], values, (c, r) => {
        const pair = { lc: c.logp - c.ref, lr: r.logp - r.ref, nc: c.length, nr: r.length };
        const { loss, dc, dr } = pairLoss(values.lossType, pair, values);
        const [rewardChosen, rewardRejected] = [values.beta * pair.lc, values.beta * pair.lr];
        return { loss, dChosen: dc, dRejected: dr, rewardChosen, rewardRejected };
      });
      const entropy = metrics["pairs/entropy"];
      const own = feed === "onlinePairs" && entropy !== undefined ? { entropy } : {};
      return { loss, credit: { [feed]: credit } as Record<F, typeof credit>, metrics: { ...metrics, ...own } };
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
  synced({ value: 10, within: ({ syncEvery }) => Number(syncEvery) > 1 }),
);
export const dpoOnline = dpo(
  "onlinePairs",
  "dpo-online",
  "Online DPO",
  "Prefers the better of two answers that the policy has just sampled; with the reference refreshed too, the loss stays at ln 2.",
  synced({ value: 1 }),
);
