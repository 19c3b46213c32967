import { courseOf, decimal, sentenceOf } from "./change.ts";
import { ENTROPY, entropy as head, own } from "./heads/entropy.ts";
import type { Lesson } from "./lesson.ts";
import { pick, type Trace } from "./study.ts";

const ACCURACY = "eval/accuracy/parity";

/** Entropies that differ by less are called equal: the scatter of 128 sampled answers from step to step. */
const NOTABLE = 0.05;
const start = (trace: Trace) => pick(trace, ENTROPY, "initial");
const highest = (trace: Trace) => pick(trace, ENTROPY, "max");

/** Entropy of own samples: CHORD, arXiv 2508.11408, figures 4, 5, 8 and 9. */
export const entropy: Lesson = {
  ...head,
  freshSeed: 21,
  source: "CHORD, arXiv 2508.11408",
  lead: "[entropy|Entropy] says how undecided the [policy] is about its next [token]: where it is low, nothing new is tried. The policy only guesses the parity of ten bits. An [expert] works it out, with a slip in three answers of ten; CHORD-µ imitates all of its tokens alike, CHORD-φ mostly those that the policy half knows.",
  details: [
    { metric: ACCURACY, title: "Right parities", unit: "share of 64 held-out problems", domain: [0, 1] },
    { metric: "completions/mean_length", title: "Length of an answer", unit: "mean tokens, the end included" },
    { metric: "expert/mean_p", title: "Probability of the expert's tokens", unit: "mean", domain: [0, 1] },
  ],
  columns: [
    { metric: ENTROPY, label: "entropy, start", at: "initial" },
    { metric: ENTROPY, label: "highest", at: "max" },
    { metric: ENTROPY, label: "end", at: "final" },
    { metric: ACCURACY, label: "accuracy on parities, start", at: "initial" },
    { metric: ACCURACY, label: "end", at: "final" },
    { metric: "completions/mean_length", label: "length, end", at: "final" },
  ],
  claims: [
    {
      sentence: "Under GRPO alone the entropy of own samples falls below where it began.",
      source: "arXiv 2508.11408, figure 8",
      margin: ({ grpo }) => start(grpo!) - own(grpo!),
    },
    {
      sentence: "Mixing in expert tokens without weights (CHORD-µ) drives entropy above where it began.",
      source: "arXiv 2508.11408, figure 4",
      margin: (arms) => highest(arms["chord-mu"]!) - start(arms["chord-mu"]!),
    },
    {
      sentence: "CHORD-φ ends with more entropy than GRPO.",
      source: "arXiv 2508.11408, figure 8",
      margin: (arms) => own(arms["chord-phi"]!) - own(arms.grpo!),
    },
    {
      sentence: "CHORD-φ's entropy never rises as high as CHORD-µ's.",
      source: "arXiv 2508.11408, figures 4 and 8",
      margin: (arms) => highest(arms["chord-mu"]!) - highest(arms["chord-phi"]!),
    },
    {
      sentence: "CHORD-φ ends at a higher accuracy on parities than GRPO.",
      source: "arXiv 2508.11408, table 1",
      margin: (arms) => pick(arms["chord-phi"]!, ACCURACY, "final") - pick(arms.grpo!, ACCURACY, "final"),
    },
  ],
  said(run) {
    const course = courseOf(run, ENTROPY);
    if (!course) return sentenceOf("The share of right parities", run, ACCURACY);
    const { first, last, high } = course;
    const rose = high > first + NOTABLE;
    const peak = rose
      ? `rose from ${decimal(first)} nats to ${decimal(high)} at the most`
      : `began at ${decimal(first)} nats`;
    const where = rose ? "" : ", never rose much above that";
    return `The entropy of its own answers ${peak}${where} and was ${decimal(last)} at the end. ${sentenceOf("The share of right parities", run, ACCURACY)}`;
  },
  next: "Train CHORD-φ on the same expert and watch whether [entropy] spikes in the first fifteen steps.",
};
