import { changeOf, sentenceOf } from "./change.ts";
import { ACCURACY, chordParts as head } from "./heads/chordParts.ts";
import type { Lesson } from "./lesson.ts";
import { pick, type Trace } from "./study.ts";

const end = (trace: Trace) => pick(trace, ACCURACY, "final");
const TABLE_1 = "arXiv 2508.11408, table 1";

/** CHORD against its parts: arXiv 2508.11408, table 1 and figures 4 to 7. */
export const chordParts: Lesson = {
  ...head,
  freshSeed: 21,
  source: "CHORD, arXiv 2508.11408",
  lead: "The [policy] sorts digits, often wrongly, and guesses the parity of ten bits. An [expert] shows 64 worked parities, half of them flawed, and nothing about sorting. CHORD mixes the expert into the [reward] and lets its share [mu] fall, or weights each of its tokens by [phi].",
  details: [
    { metric: "eval/accuracy/parity", title: "Parity", unit: "share of 64 right", domain: [0, 1] },
    { metric: "eval/accuracy/sort", title: "Sorting", unit: "share of 64 right; no expert shows it", domain: [0, 1] },
    { metric: "eval/entropy", title: "Entropy of own answers", unit: "nats per token" },
  ],
  columns: [
    { metric: ACCURACY, label: "accuracy, start", at: "initial" },
    { metric: ACCURACY, label: "end", at: "final" },
    { metric: "eval/accuracy/parity", label: "parity, end", at: "final" },
    { metric: "eval/accuracy/sort", label: "sorting, end", at: "final" },
    { metric: "eval/entropy", label: "entropy, end", at: "final" },
  ],
  claims: [
    {
      sentence: "CHORD-µ ends above reward alone (GRPO).",
      source: TABLE_1,
      margin: (arms) => end(arms["chord-mu"]!) - end(arms.grpo!),
    },
    {
      sentence: "CHORD-φ ends above reward alone (GRPO).",
      source: TABLE_1,
      margin: (arms) => end(arms["chord-phi"]!) - end(arms.grpo!),
    },
    {
      sentence: "CHORD-µ ends above 30 steps of SFT followed by GRPO.",
      source: TABLE_1,
      margin: (arms) => end(arms["chord-mu"]!) - end(arms["sft-rl"]!),
    },
    {
      sentence: "A share µ that falls ends above one that stays at 0.1.",
      source: "arXiv 2508.11408, figure 7",
      margin: (arms) => end(arms["chord-mu"]!) - end(arms.fixed!),
    },
  ],
  said(run) {
    const both = `The share of right answers ${changeOf(run, ACCURACY)}`;
    const parity = sentenceOf("On parity it", run, "eval/accuracy/parity");
    const sorting = sentenceOf("on sorting, which no expert shows, it", run, "eval/accuracy/sort");
    return `${both}. ${parity.replace(/\.$/, ";")} ${sorting}`;
  },
  next: "Train GRPO, and see which of the two kinds it learns from [reward] alone.",
};
