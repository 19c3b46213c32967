import type { FlatConfig } from "../experiment/config.ts";
import { pick, type Study, type Trace, tail } from "./study.ts";

const COMMON: FlatConfig = {
  task: "countdown",
  steps: 150,
  lr: 1e-4,
  prompts: 16,
  groupSize: 8,
  evalEvery: 25,
  evalProblems: 96,
};

const own = (trace: Trace) => tail(trace, "eval/entropy", 1);

/** Entropy of own samples: CHORD, arXiv 2508.11408, figures 4, 5, 8 and 9. */
export const entropy: Study = {
  id: "entropy",
  title: "Who keeps entropy alive",
  question: "What happens to the entropy of a policy's own samples under reward alone, and with an expert mixed in?",
  arms: [
    { id: "grpo", label: "GRPO", settings: { ...COMMON, algorithm: "grpo" } },
    {
      id: "chord-mu",
      label: "CHORD-µ",
      settings: { ...COMMON, algorithm: "chord-mu", muPeak: 0.5, muValley: 0.02, muWarmupSteps: 0, muDecaySteps: 100 },
    },
    { id: "chord-phi", label: "CHORD-φ", settings: { ...COMMON, algorithm: "chord-phi", muPeak: 0.1, muValley: 0.1 } },
  ],
  columns: [
    { metric: "eval/entropy", label: "entropy, start", at: "initial" },
    { metric: "eval/entropy", label: "highest", at: "max" },
    { metric: "eval/entropy", label: "end", at: "final" },
    { metric: "eval/accuracy", label: "accuracy, end", at: "final" },
    { metric: "eval/accuracy_sampled", label: "sampled, end", at: "final" },
    { metric: "eval/mean_length", label: "length, end", at: "final" },
  ],
  claims: [
    {
      sentence: "Under GRPO alone the entropy of own samples falls below where it began.",
      source: "arXiv 2508.11408, figure 8",
      margin: ({ grpo }) => pick(grpo!, "eval/entropy", "initial") - own(grpo!),
    },
    {
      sentence: "Mixing in expert tokens without weights (CHORD-µ) drives entropy above where it began.",
      source: "arXiv 2508.11408, figure 4",
      margin: (arms) =>
        pick(arms["chord-mu"]!, "eval/entropy", "max") - pick(arms["chord-mu"]!, "eval/entropy", "initial"),
    },
    {
      sentence: "CHORD-φ ends with more entropy than GRPO.",
      source: "arXiv 2508.11408, figure 8",
      margin: (arms) => own(arms["chord-phi"]!) - own(arms.grpo!),
    },
    {
      sentence: "CHORD-φ's entropy never rises as high as CHORD-µ's.",
      source: "arXiv 2508.11408, figures 4 and 8",
      margin: (arms) =>
        pick(arms["chord-mu"]!, "eval/entropy", "max") - pick(arms["chord-phi"]!, "eval/entropy", "max"),
    },
    {
      sentence: "CHORD-φ ends at a higher accuracy than GRPO.",
      source: "arXiv 2508.11408, table 1",
      margin: (arms) => pick(arms["chord-phi"]!, "eval/accuracy", "final") - pick(arms.grpo!, "eval/accuracy", "final"),
    },
  ],
};
