import type { FlatConfig } from "../../experiment/config.ts";
import type { LessonHead } from "../lesson.ts";

const COMMON: FlatConfig = {
  task: "parity",
  bits: 10,
  checkpoint: "nano-guessing",
  steps: 80,
  lr: 1e-3,
  warmupSteps: 10,
  prompts: 16,
  groupSize: 8,
  evalEvery: 10,
  evalOod: false,
};

const CHORD: FlatConfig = {
  ...COMMON,
  algorithm: "chord-phi",
  demoCount: 64,
  demoBatch: 16,
  flawedShare: 0.5,
};

export const ACCURACY = "eval/accuracy_sampled";

export const phi: LessonHead = {
  id: "phi",
  title: "What p(1−p) leaves alone",
  question: "What does an expert teach when tokens that are certain or absurd to the policy are left alone?",
  own: "phi",
  arms: [
    { id: "phi", label: "CHORD-φ", settings: { ...CHORD, muPeak: 0.5, muValley: 0.5 } },
    {
      id: "off",
      label: "CHORD-φ, weights off",
      settings: { ...CHORD, muPeak: 0.5, muValley: 0.5, tokenWeight: "none" },
    },
    { id: "phi-1", label: "CHORD-φ, µ = 0.1", settings: { ...CHORD, muPeak: 0.1, muValley: 0.1 } },
    { id: "grpo", label: "GRPO", settings: { ...COMMON, algorithm: "grpo" } },
  ],
  figure: { metric: ACCURACY, title: "Right answers, sampled", unit: "share of 128 held-out problems", domain: [0, 1] },
};
