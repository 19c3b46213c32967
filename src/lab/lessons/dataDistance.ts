import { courseOf, decimal, sentenceOf } from "./change.ts";
import { DISTANCE, dataDistance as head } from "./heads/dataDistance.ts";
import type { Lesson } from "./lesson.ts";
import { pick, type Trace } from "./study.ts";

const ACCURACY = "eval/accuracy/sort";
const OTHER = "eval/accuracy/parity";
const distance = (trace: Trace) => pick(trace, DISTANCE, "initial");
const end = (trace: Trace) => pick(trace, ACCURACY, "final");
const PAPER = "arXiv 2602.12222";

/** Distribution Discriminant Theory: how far data lie from what the policy would write, arXiv 2602.12222. */
export const dataDistance: Lesson = {
  ...head,
  source: "On-Policy SFT, arXiv 2602.12222",
  lead: "The [policy] sorts five digits, more often right than wrong, and can work out parities. Sets of right answers teach sorting: its own; its own, with a [hint] where it failed; the same with the hint at every token (no gate); and an [expert]'s. The [cll] of each compares it with what the policy would write.",
  details: [
    { metric: ACCURACY, title: "Sorted rightly", unit: "share of 128 held-out problems", domain: [0, 1] },
    { metric: OTHER, title: "Right parities", unit: "share; never shown", domain: [0, 1] },
    { metric: "kl/start", title: "Distance from the start", unit: "KL, nats per token" },
  ],
  columns: [
    { metric: DISTANCE, label: "CLL, first step", at: "initial" },
    { metric: DISTANCE, label: "last", at: "final" },
    { metric: ACCURACY, label: "sorting, start", at: "initial" },
    { metric: ACCURACY, label: "end", at: "final" },
    { metric: OTHER, label: "parity, end", at: "final" },
    { metric: "kl/start", label: "KL to start", at: "final" },
  ],
  claims: [
    {
      sentence: "The expert's answers have a lower CLL than hinted ones.",
      source: `${PAPER}, §2`,
      margin: ({ hinted, expert }) => distance(hinted!) - distance(expert!),
    },
    {
      sentence: "Hinted answers have a higher CLL than its own right ones (rejection sampling).",
      source: `${PAPER}, the authors' training logs of two different models: first-step CLL`,
      margin: ({ hinted, own }) => distance(hinted!) - distance(own!),
    },
    {
      sentence: "Hinted answers have a higher CLL with the gate than without (self-distillation).",
      source: `${PAPER}, README of the code of Hinted Decoding`,
      margin: ({ hinted, copied }) => distance(hinted!) - distance(copied!),
    },
    {
      sentence: "Taught by hinted answers it ends at a higher accuracy than taught by the expert's.",
      source: `${PAPER}, §4`,
      margin: ({ hinted, expert }) => end(hinted!) - end(expert!),
    },
    {
      sentence: "Taught by hinted answers it forgets less of parities than taught by the expert's.",
      source: `${PAPER}, §4`,
      margin: ({ hinted, expert }) => pick(hinted!, OTHER, "final") - pick(expert!, OTHER, "final"),
    },
    {
      sentence: "The expert's answers move it farther from the start (KL) than hinted ones.",
      source: "arXiv 2509.04259",
      margin: ({ hinted, expert }) => pick(expert!, "kl/start", "final") - pick(hinted!, "kl/start", "final"),
    },
  ],
  said(run) {
    const sorting = sentenceOf("The share of rightly sorted problems", run, ACCURACY);
    const parity = sentenceOf("That of right parities, which nothing showed,", run, OTHER);
    const cll = courseOf(run, DISTANCE);
    if (!cll) return `${sorting} ${parity}`;
    return `At the first step the answers taught had a mean CLL of ${decimal(cll.first)} nats, at the last ${decimal(cll.last)}. ${sorting} ${parity}`;
  },
  next: "Train on the expert's answers, which are right as well, and see what is left of sorting at the end.",
};
