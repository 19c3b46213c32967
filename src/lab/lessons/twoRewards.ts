import type { MetricName } from "../metrics.ts";
import { changeOf, courseOf, decimal, sentenceOf } from "./change.ts";
import { GRAMMAR, twoRewards as head } from "./heads/twoRewards.ts";
import type { Lesson } from "./lesson.ts";
import { pick, type Trace } from "./study.ts";

/** Sampled, as training samples. */
const PARITY = "eval/accuracy_sampled/parity";
const UTILITY = "eval/gold/mean";

/** Of the rollouts that the reward model judged; absent where it judged none. */
const SCORE = "rewards/model/mean";

/** Utilities that differ by less are called equal: twice the standard error of 64 sentences. */
const NOTABLE_UTILITY = 0.2;
const TABLE_3 = "arXiv 2506.21495, table 3";
const end = (trace: Trace, metric: MetricName) => pick(trace, metric, "final");
const start = (trace: Trace, metric: MetricName) => pick(trace, metric, "initial");
const gain = (trace: Trace, metric: MetricName) => end(trace, metric) - start(trace, metric);

/** The reward model's score at the step of the highest true utility; at the first where that is the start. */
function scoreAtBest(trace: Trace): number {
  const { [UTILITY]: utilities = [], [SCORE]: scores = [] } = trace.series;
  const at = utilities.indexOf(pick(trace, UTILITY, "max"));
  return scores[at] ?? pick(trace, SCORE, "initial");
}

/** Verifiable and non-verifiable rewards together: arXiv 2506.21495, table 3; and what a reward leaves out: arXiv 2210.10760. */
export const twoRewards: Lesson = {
  ...head,
  source: "Bridging Offline and Online RL, arXiv 2506.21495",
  lead: "The [policy] tells the parity of ten bits, which a [verifier] checks, and ends sentences, which a [rewardModel|reward model] judges by their words. Nobody checks the grammar of the sentences, which is right most of the time. Watch what the two rewards make of it.",
  details: [
    { metric: PARITY, title: "Right parities, sampled", unit: "share of 64 held-out problems", domain: [0, 1] },
    {
      metric: SCORE,
      title: "What the reward model says",
      unit: "standard deviations of its scores at the start",
      arms: ["both", "model"],
    },
    { metric: UTILITY, title: "True utility of sentences", unit: "rewarded by nobody; the model learned from it" },
  ],
  columns: [
    { metric: PARITY, label: "parity, start", at: "initial" },
    { metric: PARITY, label: "end", at: "final" },
    { metric: UTILITY, label: "true utility, start", at: "initial" },
    { metric: UTILITY, label: "highest", at: "max" },
    { metric: UTILITY, label: "end", at: "final" },
    { metric: SCORE, label: "model's score, end", at: "final" },
    { metric: GRAMMAR, label: "grammar, start", at: "initial" },
    { metric: GRAMMAR, label: "end", at: "final" },
    { metric: "eval/accuracy/parity", label: "greedy parity, end", at: "final" },
    { metric: "eval/accuracy/sentence", label: "greedy grammar, end", at: "final" },
  ],
  claims: [
    {
      sentence:
        "With both rewards, more parities are right than at the start, and the true utility is above its start.",
      source: TABLE_3,
      margin: ({ both }) => Math.min(gain(both!, PARITY), gain(both!, UTILITY)),
    },
    {
      sentence: "With both rewards, more parities are right than with the reward model alone.",
      source: TABLE_3,
      margin: ({ both, model }) => end(both!, PARITY) - end(model!, PARITY),
    },
    {
      sentence: "With both rewards, the true utility ends above that of the verifier alone.",
      source: TABLE_3,
      margin: ({ both, verifier }) => end(both!, UTILITY) - end(verifier!, UTILITY),
    },
    {
      sentence: "Both rewards at once cost parities against the verifier alone.",
      source: TABLE_3,
      margin: ({ both, verifier }) => end(verifier!, PARITY) - end(both!, PARITY),
    },
    {
      sentence: "The reward model alone leaves fewer parities right than at the start.",
      source: TABLE_3,
      margin: ({ model }) => -gain(model!, PARITY),
    },
    {
      sentence: "Under both rewards, grammar, which neither asks for, falls to less than half of its start.",
      source: "reward hacking, arXiv 2210.10760; not in arXiv 2506.21495",
      margin: ({ both }) => start(both!, GRAMMAR) / 2 - end(both!, GRAMMAR),
    },
    {
      sentence:
        "Under both rewards the true utility ends more than 0.2 below its highest, and the model's score above what it was there.",
      source: "reward model overoptimization, arXiv 2210.10760, figure 1; not in arXiv 2506.21495",
      margin: ({ both }) =>
        Math.min(
          pick(both!, UTILITY, "max") - end(both!, UTILITY) - 0.2,
          pick(both!, SCORE, "final") - scoreAtBest(both!),
        ),
    },
  ],
  said(run) {
    const parity = `The share of right parities ${changeOf(run, PARITY)}`;
    const grammar = `the share of grammatical sentences ${changeOf(run, GRAMMAR)}`;
    const utility = sentenceOf("The true utility of the sentences", run, UTILITY, decimal, NOTABLE_UTILITY);
    const score = courseOf(run, SCORE);
    const model = score
      ? ` ${sentenceOf("What the reward model says of them", run, SCORE, decimal, NOTABLE_UTILITY)}`
      : "";
    return `${parity}; ${grammar}. ${utility}${model}`;
  },
  next: "Train the verifier alone: it asks nothing of the sentences. See whether their grammar stays as it was.",
};
