import { courseOf, decimal, sentenceOf } from "./change.ts";
import { ACCURACY, phi as head } from "./heads/phi.ts";
import type { Lesson } from "./lesson.ts";
import { pick, type Trace, tail } from "./study.ts";

const MEDIAN = "token_weight/p50";
const STRONGEST = "token_weight/p95";
const LOSS = "nll";

/** Steps at the end over which the noisy numbers of single updates are averaged. */
const LAST = 10;

/** A bound in words, for numbers that may round to none. */
const most = (value: number) => (value < 0.005 ? "under 0.01" : `of at most ${decimal(value)}`);
const end = (trace: Trace) => pick(trace, ACCURACY, "final");

/** Expert tokens weighted by φ = p(1 − p): CHORD, arXiv 2508.11408, eq. 5. */
export const phi: Lesson = {
  ...head,
  source: "CHORD, arXiv 2508.11408",
  lead: "The [policy] guesses the parity of ten bits. Half of the [expert]'s 64 worked answers overlook a 1. The weight [phi] is near 0 where the policy is certain of the expert's [token] and where it finds it all but impossible: mostly what lies between is imitated.",
  details: [
    {
      metric: MEDIAN,
      title: "Weight of the median token",
      unit: "µ × weight, of the expert's tokens in a step",
      arms: ["phi", "off", "phi-1"],
    },
    {
      metric: LOSS,
      title: "Loss on the expert's answers",
      unit: "nats per token, slips and all",
      arms: ["phi", "off", "phi-1"],
    },
    { metric: "eval/entropy", title: "Entropy of own answers", unit: "nats per token" },
  ],
  columns: [
    { metric: ACCURACY, label: "sampled accuracy, start", at: "initial" },
    { metric: ACCURACY, label: "end", at: "final" },
    { metric: "eval/accuracy", label: "greedy, end", at: "final" },
    { metric: MEDIAN, label: "weight of the median token, end", at: "final" },
    { metric: STRONGEST, label: "95th percentile", at: "final" },
    { metric: LOSS, label: "loss on the expert, end", at: "final" },
    { metric: "eval/entropy", label: "entropy, end", at: "final" },
  ],
  claims: [
    {
      sentence: "Under φ the expert's median token has less than a tenth of the weight that it has without.",
      source: "arXiv 2508.11408, eq. 5",
      margin: ({ phi, off }) => 0.1 * tail(off!, MEDIAN, LAST) - tail(phi!, MEDIAN, LAST),
    },
    {
      sentence: "Slips are left alone: the loss on the expert's answers ends at least 0.1 nats higher than without φ.",
      source: "arXiv 2508.11408, §3.3",
      margin: ({ phi, off }) => tail(phi!, LOSS, LAST) - tail(off!, LOSS, LAST) - 0.1,
    },
    {
      sentence: "At the same share µ = 0.5, φ ends above weights off.",
      source: "arXiv 2508.11408, table 1 and figure 7",
      margin: ({ phi, off }) => end(phi!) - end(off!),
    },
    {
      sentence: "With the paper's share µ = 0.1, φ ends above reward alone (GRPO).",
      source: "arXiv 2508.11408, table 1",
      margin: (arms) => end(arms["phi-1"]!) - end(arms.grpo!),
    },
  ],
  said(run) {
    const accuracy = sentenceOf("The share of right answers among sampled ones", run, ACCURACY);
    const [median, strongest] = [courseOf(run, MEDIAN), courseOf(run, STRONGEST)];
    if (!median || !strongest) return accuracy;
    return `${accuracy} In the last step every second token of the expert had a weight ${most(median.last)}, and of twenty all but one a weight ${most(strongest.last)}.`;
  },
  next: "Train with the weights off, and compare the loss on the expert's answers with the share of right ones of its own.",
};
