import type { FlatConfig } from "../../experiment/config.ts";
import type { LessonHead } from "../lesson.ts";

const COMMON: FlatConfig = { task: "sort", steps: 60, warmupSteps: 10, evalEvery: 10, evalOod: false };

/** The problems that every arm learns from are as many. */
export const PROBLEMS = 64;
const WRITTEN: FlatConfig = { ...COMMON, lr: 1e-4, demoCount: PROBLEMS };
const PAIRS: FlatConfig = { ...COMMON, pairSource: "buffer", pairCount: PROBLEMS, prompts: 16, groupSize: 8 };
export const ACCURACY = "eval/accuracy";

export const hints: LessonHead = {
  id: "hints",
  title: "Right answers in the policy's own words: hints",
  question:
    "How does a policy learn best from 64 problems whose solutions are known: as an expert writes them, by preference, or in its own words?",
  own: "hinted",
  arms: [
    { id: "hinted", label: "Hints, then IDFT", settings: { ...WRITTEN, algorithm: "hinted", hintedLoss: "idft" } },
    { id: "rejection", label: "Rejection sampling", settings: { ...WRITTEN, algorithm: "sft", demoStyle: "own" } },
    { id: "dpo", label: "DPO", settings: { ...PAIRS, algorithm: "dpo-offline", lr: 1e-5, beta: 0.5 } },
    {
      id: "dpo-nll",
      label: "DPO with NLL",
      settings: { ...PAIRS, algorithm: "dpo-offline", lr: 1e-4, beta: 0.5, nllCoef: 1 },
    },
    { id: "simpo", label: "SimPO", settings: { ...PAIRS, algorithm: "simpo", lr: 1e-5 } },
    { id: "expert", label: "SFT on the expert", settings: { ...WRITTEN, algorithm: "sft", demoStyle: "expert" } },
  ],
  figure: { metric: ACCURACY, title: "Right answers", unit: "share of 128 held-out problems", domain: [0, 1] },
};
