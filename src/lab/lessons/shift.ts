import { changeOf, courseOf, decimal, sentenceOf } from "./change.ts";
import { ACCURACY, shift as head } from "./heads/shift.ts";
import type { Lesson } from "./lesson.ts";
import { pick, recovery, type Trace, valuesOf } from "./study.ts";

const OTHER = "eval/accuracy/parity";
const HELD_OUT = "eval/nll";

/** A held-out loss that rises by less is called level: the scatter of 64 answers. */
const NOTABLE = 0.02;
const start = (trace: Trace) => pick(trace, ACCURACY, "initial");
const forgot = (trace: Trace) => pick(trace, OTHER, "initial") - pick(trace, OTHER, "final");

/** Mean accuracy over the evaluations in a share of the run. */
function during(trace: Trace, from: number, to: number): number {
  const values = valuesOf(trace, ACCURACY);
  const part = values.slice(Math.round(from * values.length), Math.round(to * values.length));
  return part.reduce((a, b) => a + b, 0) / part.length;
}

/** Shift, readapt, overfit: CHORD, arXiv 2508.11408, figure 2. */
export const shift: Lesson = {
  ...head,
  source: "CHORD, arXiv 2508.11408",
  lead: "The [policy] sorts five digits, more often right than wrong, and can work out parities. An [expert] sorts step by step: 64 of its answers are imitated a hundred times over. Nobody shows a parity any more.",
  details: [
    { metric: HELD_OUT, title: "Loss on held-out answers", unit: "nats per token, in the style imitated" },
    { metric: "nll", title: "Loss on the 64 answers", unit: "nats per token" },
    { metric: OTHER, title: "Right parities", unit: "share; never shown", domain: [0, 1] },
  ],
  columns: [
    { metric: ACCURACY, label: "sorting, start", at: "initial" },
    { metric: ACCURACY, label: "lowest", at: "min" },
    { metric: ACCURACY, label: "end", at: "final" },
    { metric: "nll", label: "training NLL, end", at: "final" },
    { metric: HELD_OUT, label: "held-out NLL, lowest", at: "min" },
    { metric: HELD_OUT, label: "held-out NLL, end", at: "final" },
    { metric: OTHER, label: "parity, start", at: "initial" },
    { metric: OTHER, label: "parity, end", at: "final" },
  ],
  claims: [
    {
      sentence: "Shift: under SFT, accuracy on sorting falls to less than half of where it began.",
      source: "arXiv 2508.11408, figure 2",
      margin: ({ sft }) => start(sft!) / 2 - pick(sft!, ACCURACY, "min"),
    },
    {
      sentence: "Readapt: after its lowest point it climbs again, by at least a tenth of where it began.",
      source: "arXiv 2508.11408, figure 2",
      margin: ({ sft }) => recovery(valuesOf(sft!, ACCURACY)) - 0.1 * start(sft!),
    },
    {
      sentence: "Readapt: it climbs above where it began.",
      source: "arXiv 2508.11408, figure 2",
      margin: ({ sft }) => during(sft!, 0.5, 1) - start(sft!),
    },
    {
      sentence: "Overfit: the loss on held-out expert answers turns up while the training loss still falls.",
      source: "arXiv 2508.11408, figure 2",
      margin: ({ sft }) => pick(sft!, HELD_OUT, "final") - pick(sft!, HELD_OUT, "min") - 0.01,
    },
    {
      sentence: "Overfit: accuracy is lower in the last quarter of the run than in the quarter before.",
      source: "arXiv 2508.11408, figure 2",
      margin: ({ sft }) => during(sft!, 0.5, 0.75) - during(sft!, 0.75, 1),
    },
    {
      sentence: "Forgetting: SFT loses more than half of its accuracy on parities, which nobody shows.",
      source: "arXiv 2508.11408, §1; arXiv 2509.04259",
      margin: ({ sft }) => forgot(sft!) - pick(sft!, OTHER, "initial") / 2,
    },
    {
      sentence: "No shift in its own style: imitating right answers in that style ends above where it began.",
      source: "our control for arXiv 2508.11408, figures 2 and 13",
      margin: (arms) => pick(arms["own-style"]!, ACCURACY, "final") - start(arms["own-style"]!),
    },
    {
      sentence: "φ-weighting forgets less of parities than SFT.",
      source: "arXiv 2508.11408, §3.3",
      margin: (arms) => forgot(arms.sft!) - forgot(arms["sft-phi"]!),
    },
  ],
  said(run) {
    const accuracy = `The share of rightly sorted problems ${changeOf(run, ACCURACY)}`;
    const parity = sentenceOf("The share of right parities, which it was not shown,", run, OTHER);
    const course = courseOf(run, HELD_OUT);
    if (!course) return `${accuracy}. ${parity}`;
    const { first, low, last } = course;
    const loss =
      low < Math.min(first, last) - NOTABLE
        ? `The loss on held-out answers fell from ${decimal(first)} nats to ${decimal(low)} and turned up to ${decimal(last)}.`
        : sentenceOf("The loss on held-out answers, in nats,", run, HELD_OUT, decimal, NOTABLE);
    return `${accuracy}. ${loss} ${parity}`;
  },
  next: "Train SFT on answers in the policy's own style, and see what of the three phases is left.",
};
