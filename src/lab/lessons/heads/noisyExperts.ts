import type { FlatConfig } from "../../experiment/config.ts";
import type { LessonHead } from "../lesson.ts";

const COMMON: FlatConfig = {
  task: "parity",
  flawedShare: 0.6,
  demoCount: 256,
  demoBatch: 16,
  lr: 3e-4,
  steps: 100,
  evalEvery: 20,
  evalOod: false,
};

export const ACCURACY = "eval/accuracy";

export const noisyExperts: LessonHead = {
  id: "noisy-experts",
  title: "Noisy experts",
  question: "What do SFT, DFT and IDFT learn from demonstrations of which more than half have a slip?",
  own: "idft",
  arms: [
    { id: "sft", label: "SFT", settings: { ...COMMON, algorithm: "sft" } },
    { id: "dft", label: "DFT", settings: { ...COMMON, algorithm: "dft" } },
    { id: "idft", label: "IDFT", settings: { ...COMMON, algorithm: "idft" } },
  ],
  figure: { metric: ACCURACY, title: "Right answers", unit: "share of 128 held-out problems", domain: [0, 1] },
};
