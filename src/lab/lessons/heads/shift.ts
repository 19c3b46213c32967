import type { FlatConfig } from "../../experiment/config.ts";
import type { LessonHead } from "../lesson.ts";

const COMMON: FlatConfig = {
  task: "duo",
  checkpoint: "nano-worked",
  demoKind: "sort",
  demoCount: 64,
  demoBatch: 32,
  steps: 200,
  lr: 2e-3,
  warmupSteps: 10,
  evalEvery: 10,
  evalProblems: 256,
  evalOod: false,
};

export const ACCURACY = "eval/accuracy/sort";

export const shift: LessonHead = {
  id: "shift",
  title: "Shift, readapt, overfit?",
  question:
    "What does imitating 64 answers of an expert with another style do to a policy that has a style of its own?",
  own: "sft",
  arms: [
    { id: "sft", label: "SFT", settings: { ...COMMON, algorithm: "sft" } },
    { id: "own-style", label: "SFT, own style", settings: { ...COMMON, algorithm: "sft", demoStyle: "native" } },
    { id: "sft-phi", label: "SFT-φ", settings: { ...COMMON, algorithm: "sft-phi" } },
  ],
  figure: { metric: ACCURACY, title: "Sorted rightly", unit: "share of 128 held-out problems", domain: [0, 1] },
};
