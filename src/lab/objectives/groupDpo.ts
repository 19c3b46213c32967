import { real } from "../schema.ts";
import { grpo } from "./grpo.ts";
import { defineObjective } from "./objective.ts";
import { present } from "./terms/batch.ts";
import { groupDpoKnobs, groupDpoTerm } from "./terms/groupPairs.ts";
import { LOSS_TYPE, pairTex } from "./terms/pairLosses.ts";
import { PAIR_VIEWS, pairCharts } from "./terms/pairs.ts";
import { explainOwn } from "./terms/policyGradient.ts";

const PAPER =
  "Lanchantin et al. 2025, Bridging Offline and Online RL for LLMs, arXiv 2506.21495, eq. 4; code followed: fairseq2";

/** Group DPO: every correct answer of a group against every incorrect one; mean over a prompt's pairs, then over prompts. */
export const groupDpo = defineObjective({
  id: "group-dpo",
  title: "Group DPO",
  family: "prefer",
  isVariant: true,
  summary: "Online DPO on all pairs of a correct and an incorrect answer to one prompt, not on one pair alone.",
  paper: PAPER,
  formula:
    "\\mathcal{L} = -\\mathbb{E}_x\\,\\frac{1}{|Y_c||Y_r|}\\sum_{y_c \\in Y_c}\\sum_{y_r \\in Y_r} \\log\\sigma\\big(\\beta\\, h(y_c, y_r)\\big)",
  formulaOf: (params) =>
    pairTex("\\mathbb{E}_x\\,\\frac{1}{|Y_c||Y_r|}\\sum_{y_c \\in Y_c}\\sum_{y_r \\in Y_r}", params),
  feeds: ["rollouts"],
  defines: { lossType: LOSS_TYPE },
  params: groupDpoKnobs,
  needs: () => ["reference"],
  charts: pairCharts,
  views: PAIR_VIEWS,
  assign(scores, feeds, params) {
    const { loss, metrics, ...credit } = groupDpoTerm(scores.rollouts, feeds.rollouts, params, "group-dpo");
    return { loss, credit: { rollouts: credit }, metrics: { loss, ...metrics } };
  },
});

/** Group DPO + α GRPO over the same rollouts. α = 0 is group DPO. */
export const dpoGrpo = defineObjective({
  id: "dpo-grpo",
  title: "DPO + GRPO",
  family: "prefer",
  isVariant: true,
  summary: "Group DPO with a little GRPO on the same answers; the paper found no large difference from either alone.",
  paper: PAPER,
  formula: "\\mathcal{L} = \\mathcal{L}_{\\text{group DPO}} + \\alpha\\,\\mathcal{L}_{\\text{GRPO}}",
  feeds: ["rollouts"],
  defines: {
    alpha: { within: ({ alpha }) => Number(alpha) > 0, otherwise: () => "without GRPO" },
    lossType: LOSS_TYPE,
  },
  params: {
    alpha: real(
      0.01,
      { min: 0, max: 10, log: true },
      {
        label: "α",
        help: "How much GRPO counts beside group DPO.",
        symbol: "\\alpha",
        source: "0.01 and 0.001 in the paper",
        live: true,
      },
    ),
    ...groupDpoKnobs,
    ...grpo.params,
  },
  needs: () => ["old", "reference"],
  reads: (params, feed) => grpo.reads!(params, feed),
  charts: [
    {
      title: "DPO and GRPO terms",
      sentence: "Group DPO and GRPO, each before the sum.",
      series: [
        { metric: "loss/dpo", label: "group DPO" },
        { metric: "loss/grpo", label: "GRPO" },
      ],
    },
    ...pairCharts,
  ],
  views: { ...grpo.views, ...PAIR_VIEWS },
  explain: (token) => ({
    ...explainOwn(token, token.params, { symbols: "α", value: token.params.alpha }),
    rest: "from all its pairs",
  }),
  assign(scores, feeds, params, clock) {
    const pairs = groupDpoTerm(scores.rollouts, feeds.rollouts, params, "dpo-grpo");
    const { loss: grpoLoss, credit, metrics } = grpo.assign(scores, feeds, params, clock);
    const loss = pairs.loss + params.alpha * grpoLoss;
    const dLogp = pairs.dLogp.map((d, i) => d + params.alpha * credit.rollouts.dLogp[i]!);
    const dEntropy = credit.rollouts.dEntropy?.map((d) => params.alpha * d);
    const views = { ...credit.rollouts.views, ...pairs.views };
    const all = present({ ...metrics, ...pairs.metrics, loss, "loss/dpo": pairs.loss, "loss/grpo": grpoLoss });
    const { pairLosses } = pairs;
    return { loss, credit: { rollouts: { dLogp, dEntropy, views, pairLosses } }, metrics: all };
  },
});
