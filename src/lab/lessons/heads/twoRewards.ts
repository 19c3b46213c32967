import type { FlatConfig } from "../../experiment/config.ts";
import type { LessonHead } from "../lesson.ts";

const COMMON: FlatConfig = {
  task: "sentence-parity",
  checkpoint: "nano-plain",
  algorithm: "dpo-online",
  pairRule: "best-worst",
  lr: 3e-4,
  warmupSteps: 10,
  prompts: 16,
  groupSize: 8,
  evalEvery: 10,
  evalOod: false,
};

const STEPS = 160;
const VERIFIER: FlatConfig = { rewardSource: "verifier", weightSentence: 0, weightParity: 1 };
const MODEL: FlatConfig = { rewardSource: "model", weightSentence: 1, weightParity: 0 };

const inPhase2 = (settings: FlatConfig): FlatConfig =>
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [`phase2.${key}`, value]));

export const GRAMMAR = "eval/accuracy_sampled/sentence";

export const twoRewards: LessonHead = {
  id: "two-rewards",
  title: "Two rewards at once, and what neither asks for",
  question:
    "Can one policy learn from a verifier and from a reward model at once, and what happens to what neither looks at?",
  own: "both",
  arms: [
    { id: "both", label: "two-reward DPO", settings: { ...COMMON, steps: STEPS, rewardSource: "mixed" } },
    { id: "verifier", label: "verifier DPO", settings: { ...COMMON, ...VERIFIER, steps: STEPS } },
    { id: "model", label: "reward-model DPO", settings: { ...COMMON, ...MODEL, steps: STEPS } },
    {
      id: "then",
      label: "one-after-the-other DPO",
      settings: { ...COMMON, ...MODEL, steps: STEPS / 2, ...inPhase2({ ...VERIFIER, steps: STEPS / 2 }) },
    },
  ],
  figure: {
    metric: GRAMMAR,
    title: "Grammatical sentences",
    unit: "share of sampled ones on 64 held-out openings",
    domain: [0, 1],
  },
};
