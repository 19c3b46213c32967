import type { FlatConfig } from "../experiment/config.ts";
import { pick, type Study, type Trace, tail } from "./study.ts";

const COMMON: FlatConfig = {
  task: "parity",
  steps: 80,
  lr: 3e-4,
  prompts: 16,
  groupSize: 8,
  evalEvery: 20,
  evalProblems: 128,
};
const DPO: FlatConfig = { ...COMMON, beta: 0.1, referenceMode: "fixed" };

/** Sampled, as training samples: greedy answers hide what the tail of the distribution has become. */
const METRIC = "eval/accuracy_sampled";
const end = (trace: Trace) => pick(trace, METRIC, "final");

/** Offline, semi-online and online: arXiv 2506.21495, tables 1 and 2. */
export const offlineOnline: Study = {
  id: "offline-online",
  title: "Offline against online",
  question: "How much does it matter that the answers to learn from come from the policy as it is now?",
  arms: [
    { id: "offline", label: "DPO offline", settings: without({ ...DPO, algorithm: "dpo-offline" }, "referenceMode") },
    { id: "s10", label: "DPO, s = 10", settings: { ...DPO, algorithm: "dpo-semi-online", syncEvery: 10 } },
    { id: "s1", label: "DPO online", settings: { ...DPO, algorithm: "dpo-online", syncEvery: 1 } },
    { id: "grpo", label: "GRPO", settings: { ...COMMON, algorithm: "grpo" } },
  ],
  columns: [
    { metric: METRIC, label: "sampled accuracy, start", at: "initial" },
    { metric: METRIC, label: "highest", at: "max" },
    { metric: METRIC, label: "end", at: "final" },
    { metric: "eval/accuracy", label: "greedy, end", at: "final" },
    { metric: "eval/mean_length", label: "length, end", at: "final" },
    { metric: "eval/entropy", label: "entropy, end", at: "final" },
    { metric: "kl/start", label: "KL to start", at: "final" },
  ],
  claims: [
    {
      sentence: "Offline DPO ends below semi-online DPO (s = 10).",
      source: "arXiv 2506.21495, table 1",
      margin: ({ offline, s10 }) => end(s10!) - end(offline!),
    },
    {
      sentence: "Offline DPO ends below online DPO.",
      source: "arXiv 2506.21495, table 1",
      margin: ({ offline, s1 }) => end(s1!) - end(offline!),
    },
    {
      sentence: "Offline DPO ends below GRPO.",
      source: "arXiv 2506.21495, table 1",
      margin: ({ offline, grpo }) => end(grpo!) - end(offline!),
    },
    {
      sentence: "Online DPO and GRPO end within 5 points of each other.",
      source: "arXiv 2506.21495, table 1",
      margin: ({ s1, grpo }) => 0.05 - Math.abs(end(s1!) - end(grpo!)),
    },
    {
      sentence: "Under offline DPO the chosen answers become less likely.",
      source: "arXiv 2506.21495, §5",
      margin: ({ offline }) => -tail(offline!, "rewards/chosen"),
    },
  ],
};

function without(settings: FlatConfig, key: string): FlatConfig {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name !== key));
}
