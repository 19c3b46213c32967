import type { FlatConfig } from "../../experiment/config.ts";
import type { LessonHead } from "../lesson.ts";

const COMMON: FlatConfig = {
  task: "parity",
  bits: 10,
  checkpoint: "nano-mixed",
  steps: 80,
  lr: 3e-4,
  warmupSteps: 10,
  prompts: 16,
  groupSize: 8,
  evalEvery: 10,
  evalOod: false,
};

const DPO: FlatConfig = { ...COMMON, beta: 0.1 };
const ONLINE: FlatConfig = { ...DPO, referenceMode: "fixed" };

/** Sampled, as training samples: greedy answers hide what the tail of the distribution has become. */
export const METRIC = "eval/accuracy_sampled";

export const offlineOnline: LessonHead = {
  id: "offline-online",
  title: "Offline against online",
  question: "How much does it matter that the answers to learn from come from the policy as it is now?",
  own: "s1",
  arms: [
    { id: "offline", label: "DPO offline", settings: { ...DPO, algorithm: "dpo-offline" } },
    { id: "s10", label: "DPO, s = 10", settings: { ...ONLINE, algorithm: "dpo-semi-online", syncEvery: 10 } },
    { id: "s1", label: "DPO online", settings: { ...ONLINE, algorithm: "dpo-online", syncEvery: 1 } },
    { id: "grpo", label: "GRPO", settings: { ...COMMON, algorithm: "grpo" } },
  ],
  figure: { metric: METRIC, title: "Right answers, sampled", unit: "share of 128 held-out problems", domain: [0, 1] },
};
