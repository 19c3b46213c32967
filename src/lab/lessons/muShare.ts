import { decimal, sentenceOf } from "./change.ts";
import { ACCURACY, muShare as head } from "./heads/muShare.ts";
import type { Lesson } from "./lesson.ts";
import { pick, type Trace } from "./study.ts";

const MU = "mu";
const end = (trace: Trace) => pick(trace, ACCURACY, "final");

/** A difference of µ that is smaller is none. */
const LEVEL = 0.005;
const FIGURE_7 = "arXiv 2508.11408, figure 7";

/** Fixed shares µ against one that decays, and one drawn by hand: CHORD, arXiv 2508.11408, figure 7. */
export const muShare: Lesson = {
  ...head,
  source: "CHORD, arXiv 2508.11408",
  lead: "The [policy] guesses the parity of ten bits. An [expert] shows 64 worked ones, half of them with a slip. The share [mu] of each update imitates the expert; the rest is driven by the [reward] of its own answers.",
  details: [
    { metric: MU, title: "Share µ of the expert", unit: "of an update", domain: [0, 1] },
    { metric: "eval/entropy", title: "Entropy of own answers", unit: "nats per token" },
  ],
  columns: [
    { metric: ACCURACY, label: "sampled accuracy, start", at: "initial" },
    { metric: ACCURACY, label: "end", at: "final" },
    { metric: "eval/accuracy", label: "greedy, end", at: "final" },
    { metric: MU, label: "µ, end", at: "final" },
    { metric: "eval/entropy", label: "entropy, end", at: "final" },
  ],
  claims: [
    {
      sentence: "A share µ that falls ends above one that stays at 0.02.",
      source: FIGURE_7,
      margin: (arms) => end(arms.falls!) - end(arms["stays-02"]!),
    },
    {
      sentence: "A share µ that falls ends above one that stays at 0.1.",
      source: FIGURE_7,
      margin: (arms) => end(arms.falls!) - end(arms["stays-1"]!),
    },
    {
      sentence: "A share µ that falls ends above one that stays at 0.5.",
      source: FIGURE_7,
      margin: (arms) => end(arms.falls!) - end(arms["stays-5"]!),
    },
    {
      sentence: "A share drawn so that the expert comes last ends below one that falls.",
      source: "our control for arXiv 2508.11408, §3.2",
      margin: (arms) => end(arms.falls!) - end(arms.drawn!),
    },
  ],
  said(run) {
    const accuracy = sentenceOf("The share of right answers among sampled ones", run, ACCURACY);
    return `${accuracy} ${sentenceOf("The expert's share µ", run, MU, decimal, LEVEL)}`;
  },
  next: "Open it in the workbench and draw [mu] by hand over its chart: let the expert go, and call it back once.",
};
