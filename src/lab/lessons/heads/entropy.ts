import type { FlatConfig } from "../../experiment/config.ts";
import type { LessonHead } from "../lesson.ts";
import { type Trace, tail } from "../study.ts";

const COMMON: FlatConfig = {
  task: "duo",
  checkpoint: "nano-plain",
  weightSort: 0,
  steps: 80,
  lr: 1e-3,
  warmupSteps: 10,
  prompts: 16,
  groupSize: 8,
  evalEvery: 5,
  evalOod: false,
};

const EXPERT: FlatConfig = { demoKind: "parity", flawedShare: 0.3, demoCount: 64, demoBatch: 16 };

/** Of the rollouts, which are parities alone; the evaluation's entropy is of both kinds. */
export const ENTROPY = "entropy";
export const own = (trace: Trace) => tail(trace, ENTROPY, 5);

export const entropy: LessonHead = {
  id: "entropy",
  title: "What an expert does to entropy",
  // Its checkpoint was picked after a look at seed 11.
  question: "What happens to the entropy of a policy's own samples under reward alone, and with an expert mixed in?",
  own: "chord-mu",
  arms: [
    { id: "grpo", label: "GRPO", settings: { ...COMMON, algorithm: "grpo" } },
    {
      id: "chord-mu",
      label: "CHORD-µ",
      settings: {
        ...COMMON,
        ...EXPERT,
        algorithm: "chord-mu",
        muPeak: 0.5,
        muValley: 0.02,
        muWarmupSteps: 0,
        muDecaySteps: 40,
      },
    },
    {
      id: "chord-phi",
      label: "CHORD-φ",
      settings: { ...COMMON, ...EXPERT, algorithm: "chord-phi", muPeak: 0.5, muValley: 0.5 },
    },
  ],
  figure: { metric: ENTROPY, title: "Entropy of own answers", unit: "nats per token, 128 sampled answers of the step" },
};
