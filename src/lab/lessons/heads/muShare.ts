import type { FlatConfig } from "../../experiment/config.ts";
import type { LessonHead } from "../lesson.ts";

const COMMON: FlatConfig = {
  task: "parity",
  bits: 10,
  checkpoint: "nano-guessing",
  algorithm: "chord-mu",
  steps: 80,
  lr: 1e-3,
  warmupSteps: 10,
  prompts: 16,
  groupSize: 8,
  demoCount: 64,
  demoBatch: 16,
  flawedShare: 0.5,
  evalEvery: 10,
  evalOod: false,
};

const fixed = (mu: number): FlatConfig => ({ ...COMMON, muSchedule: "fixed", muPeak: mu });

/** Sampled: a policy that still imitates slips now and then answers rightly where it takes the likeliest token. */
export const ACCURACY = "eval/accuracy_sampled";

export const muShare: LessonHead = {
  id: "mu-share",
  title: "How much of the expert, and when",
  question: "Should the expert's share µ of an update stay, fall, or be drawn by hand?",
  own: "falls",
  arms: [
    {
      id: "falls",
      label: "falling µ",
      settings: { ...COMMON, muPeak: 0.9, muValley: 0.05, muWarmupSteps: 0, muDecaySteps: 40 },
    },
    { id: "stays-02", label: "µ = 0.02", settings: fixed(0.02) },
    { id: "stays-1", label: "µ = 0.1", settings: fixed(0.1) },
    { id: "stays-5", label: "µ = 0.5", settings: fixed(0.5) },
    {
      id: "drawn",
      label: "drawn µ, expert last",
      settings: { ...COMMON, muPeak: 0.9, muValley: 0.05, muDrawn: "1-0.05_40-0.05_80-0.9" },
    },
  ],
  figure: { metric: ACCURACY, title: "Right answers, sampled", unit: "share of 128 held-out problems", domain: [0, 1] },
};
