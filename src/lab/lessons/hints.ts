import { courseOf, percent, sentenceOf } from "./change.ts";
import { ACCURACY, hints as head, PROBLEMS } from "./heads/hints.ts";
import type { Lesson } from "./lesson.ts";
import { pick, type Trace } from "./study.ts";

const SAMPLED = "eval/accuracy_sampled";
const end = (trace: Trace) => pick(trace, ACCURACY, "final");
const PAPER = "arXiv 2602.12222 v2, abstract";

/**
 * Hinted Decoding beside rejection sampling and offline preference learning: On-Policy SFT, arXiv 2602.12222. Each of the three
 * preference arms has the learning rate and β that did best on seeds 1 to 3 of three to five that were tried.
 */
export const hints: Lesson = {
  ...head,
  source: "On-Policy SFT, arXiv 2602.12222",
  lead: "The [policy] sorts six digits, and mostly swaps two of them. Given the solution as a [hint], it writes most answers right in its own style, and learns from those. Rejection sampling keeps only what it gets right unaided; DPO and SimPO learn from [preferencePair|pairs] of its right and wrong answers.",
  details: [
    { metric: SAMPLED, title: "Right answers, sampled", unit: "share of 128 held-out problems", domain: [0, 1] },
    {
      metric: "kl/start",
      title: "Distance from the start",
      unit: "KL, nats per token",
      arms: ["hinted", "rejection", "dpo", "dpo-nll", "simpo"],
    },
  ],
  columns: [
    { metric: ACCURACY, label: "accuracy, start", at: "initial" },
    { metric: ACCURACY, label: "end", at: "final" },
    { metric: SAMPLED, label: "sampled, end", at: "final" },
    { metric: "kl/start", label: "KL to start", at: "final" },
    { metric: "eval/mean_length", label: "length, end", at: "final" },
    { metric: "hinted/own_frac", label: "problems right unaided", at: "final" },
    { metric: "hinted/hinted_frac", label: "right with the hint", at: "final" },
    { metric: "pairs/in_set", label: "pairs", at: "final" },
  ],
  claims: [
    {
      sentence: "Hints end above offline DPO.",
      source: PAPER,
      margin: ({ hinted, dpo }) => end(hinted!) - end(dpo!),
    },
    {
      sentence: "Hints end above SimPO.",
      source: PAPER,
      margin: ({ hinted, simpo }) => end(hinted!) - end(simpo!),
    },
    {
      sentence: "Hints end above offline DPO with an NLL term on the chosen answers.",
      source: "a stronger opponent than the paper's; the term as in arXiv 2506.21495, §5",
      margin: (arms) => end(arms.hinted!) - end(arms["dpo-nll"]!),
    },
    {
      sentence: "Hints end above rejection sampling on the same problems.",
      source: "arXiv 2602.12222",
      margin: ({ hinted, rejection }) => end(hinted!) - end(rejection!),
    },
    {
      sentence: "Hints end above SFT on the expert's answers to the same problems.",
      source: PAPER,
      margin: ({ hinted, expert }) => end(hinted!) - end(expert!),
    },
    {
      sentence: "Hints end nearer to the starting policy than offline DPO.",
      source: "arXiv 2602.12222, §2: data near the policy's own distribution",
      margin: ({ hinted, dpo }) => pick(dpo!, "kl/start", "final") - pick(hinted!, "kl/start", "final"),
    },
  ],
  said(run) {
    const accuracy = sentenceOf("The share of right answers", run, ACCURACY);
    const [own, hinted] = [courseOf(run, "hinted/own_frac"), courseOf(run, "hinted/hinted_frac")];
    if (!own || !hinted) return accuracy;
    const aided = hinted.first > 0 ? `, and another ${percent(hinted.first)} with the solution shown` : "";
    return `Of the ${PROBLEMS} problems it had answered ${percent(own.first)} right by itself${aided}: it learned from these. ${accuracy}`;
  },
  next: "Train on the expert's answers to the same problems: they are all right too, but in a foreign style.",
};
