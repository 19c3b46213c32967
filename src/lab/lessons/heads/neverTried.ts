import type { FlatConfig } from "../../experiment/config.ts";
import type { LessonHead } from "../lesson.ts";

const COMMON: FlatConfig = {
  task: "parity",
  bits: 10,
  checkpoint: "nano-guessing",
  steps: 60,
  lr: 1e-3,
  warmupSteps: 10,
  evalEvery: 10,
  evalOod: false,
};

const EXPERT: FlatConfig = { demoCount: 64, demoBatch: 16 };
const OWN: FlatConfig = { prompts: 16, groupSize: 8 };
export const ACCURACY = "eval/accuracy";

/** Imitation alone solves this too; what it costs is another lesson. */
export const SHOWN = ["chord-mu", "grpo"];

export const neverTried: LessonHead = {
  id: "never-tried",
  title: "What is never tried cannot be rewarded",
  question: "Can a policy that only ever guesses learn from reward to work the answer out?",
  own: "chord-mu",
  arms: [
    {
      id: "chord-mu",
      label: "CHORD-µ",
      settings: {
        ...COMMON,
        ...EXPERT,
        ...OWN,
        algorithm: "chord-mu",
        muPeak: 0.5,
        muValley: 0.02,
        muWarmupSteps: 0,
        muDecaySteps: 40,
      },
    },
    { id: "grpo", label: "GRPO", settings: { ...COMMON, ...OWN, algorithm: "grpo" } },
    { id: "sft", label: "SFT", settings: { ...COMMON, ...EXPERT, algorithm: "sft" } },
  ],
  figure: {
    metric: ACCURACY,
    title: "Right answers",
    unit: "share of 128 held-out problems",
    arms: SHOWN,
    domain: [0, 1],
  },
};
