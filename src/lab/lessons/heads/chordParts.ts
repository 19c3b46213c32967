import type { FlatConfig } from "../../experiment/config.ts";
import type { LessonHead } from "../lesson.ts";

const COMMON: FlatConfig = {
  task: "duo",
  checkpoint: "nano-plain",
  steps: 80,
  lr: 1e-3,
  warmupSteps: 10,
  evalEvery: 10,
  evalOod: false,
};

const EXPERT: FlatConfig = { demoCount: 64, demoBatch: 16, demoKind: "parity", flawedShare: 0.5 };
const OWN: FlatConfig = { prompts: 16, groupSize: 8 };
const MIXED: FlatConfig = { ...COMMON, ...EXPERT, ...OWN };
const STILL: FlatConfig = { muWarmupSteps: 0, muDecaySteps: 0 };
export const ACCURACY = "eval/accuracy";

export const chordParts: LessonHead = {
  id: "chord-parts",
  title: "An expert who can be trusted half of the time",
  // Its checkpoint was picked after a look at seed 11.
  question: "What does CHORD add to reward alone, to imitation before reward, and to a mixture that never changes?",
  own: "chord-mu",
  arms: [
    {
      id: "chord-mu",
      label: "CHORD-µ",
      settings: { ...MIXED, algorithm: "chord-mu", muPeak: 0.9, muValley: 0.05, muWarmupSteps: 0, muDecaySteps: 40 },
    },
    {
      id: "chord-phi",
      label: "CHORD-φ",
      settings: { ...MIXED, ...STILL, algorithm: "chord-phi", muPeak: 0.5, muValley: 0.5 },
    },
    { id: "grpo", label: "GRPO", settings: { ...COMMON, ...OWN, algorithm: "grpo" } },
    {
      id: "sft-rl",
      label: "SFT, then GRPO",
      settings: {
        ...COMMON,
        ...EXPERT,
        algorithm: "sft",
        steps: 30,
        "phase2.algorithm": "grpo",
        "phase2.steps": 80,
        "phase2.prompts": 16,
        "phase2.groupSize": 8,
      },
    },
    {
      id: "fixed",
      label: "µ = 0.1 throughout",
      settings: { ...MIXED, ...STILL, algorithm: "chord-mu", muPeak: 0.1, muValley: 0.1 },
    },
  ],
  figure: {
    metric: ACCURACY,
    title: "Right answers",
    unit: "share of 128 held-out problems of both kinds",
    domain: [0, 1],
  },
};
