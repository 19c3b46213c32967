import { courseOf, sentenceOf } from "./change.ts";
import { offlineOnline as head, METRIC } from "./heads/offlineOnline.ts";
import type { Lesson } from "./lesson.ts";
import { pick, type Trace, tail } from "./study.ts";

const CHOSEN = "rewards/chosen";
const end = (trace: Trace) => pick(trace, METRIC, "final");

/** Offline, semi-online and online: arXiv 2506.21495, tables 1 and 2. */
export const offlineOnline: Lesson = {
  ...head,
  source: "Bridging Offline and Online RL, arXiv 2506.21495",
  lead: "The [policy] tells the parity of ten bits, mostly by a guess. DPO learns from [preferencePair|preference pairs] of a right and a wrong answer. Offline the policy of the start writes them all, online the policy of this step does, and with s = 10 it is refreshed every ten steps.",
  details: [
    {
      metric: CHOSEN,
      title: "Chosen answers, β × log-ratio to the start",
      unit: "mean over the step's pairs; below 0: less likely than at the start",
      arms: ["offline", "s10", "s1"],
    },
    { metric: "kl/start", title: "Distance from the start", unit: "KL, nats per token" },
  ],
  columns: [
    { metric: METRIC, label: "sampled accuracy, start", at: "initial" },
    { metric: METRIC, label: "highest", at: "max" },
    { metric: METRIC, label: "end", at: "final" },
    { metric: "eval/accuracy", label: "greedy, end", at: "final" },
    { metric: "eval/mean_length", label: "length, end", at: "final" },
    { metric: "eval/entropy", label: "entropy, end", at: "final" },
    { metric: "kl/start", label: "KL to start", at: "final" },
  ],
  claims: [
    {
      sentence: "Offline DPO ends below semi-online DPO (s = 10).",
      source: "arXiv 2506.21495, table 1",
      margin: ({ offline, s10 }) => end(s10!) - end(offline!),
    },
    {
      sentence: "Offline DPO ends below online DPO.",
      source: "arXiv 2506.21495, table 1",
      margin: ({ offline, s1 }) => end(s1!) - end(offline!),
    },
    {
      sentence: "Offline DPO ends below GRPO.",
      source: "arXiv 2506.21495, table 1",
      margin: ({ offline, grpo }) => end(grpo!) - end(offline!),
    },
    {
      sentence: "Online DPO and GRPO end within 5 points of each other.",
      source: "arXiv 2506.21495, table 1",
      margin: ({ s1, grpo }) => 0.05 - Math.abs(end(s1!) - end(grpo!)),
    },
    {
      sentence: "Under offline DPO the chosen answers become less likely.",
      source: "our measurement; arXiv 2506.21495, §5, reports no fall online",
      margin: ({ offline }) => -tail(offline!, CHOSEN),
    },
  ],
  said(run) {
    const accuracy = sentenceOf("The share of right answers among sampled ones", run, METRIC);
    const chosen = courseOf(run, CHOSEN);
    if (!chosen) return accuracy;
    const likelier = chosen.last > 0 ? "likelier" : "no likelier";
    return `${accuracy} At the last step its chosen answers were ${likelier} than under the starting policy.`;
  },
  next: "Train offline DPO from the same start, and compare how far it moves from the start with how many answers are right.",
};
