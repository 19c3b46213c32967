import type { FlatConfig } from "../../experiment/config.ts";
import type { LessonHead } from "../lesson.ts";

const COMMON: FlatConfig = {
  task: "parity",
  bits: 10,
  checkpoint: "nano-mixed",
  steps: 40,
  lr: 3e-4,
  warmupSteps: 10,
  prompts: 32,
  groupSize: 8,
  beta: 0.1,
  evalEvery: 1,
  evalProblems: 64,
  evalOod: false,
};

const ONLINE: FlatConfig = { ...COMMON, algorithm: "dpo-online", syncEvery: 1 };

/** Steps from one refresh of generator and reference to the next. */
export const EVERY = 10;
export const LOSS = "loss";

export const lnTwo: LessonHead = {
  id: "ln-2",
  title: "A loss that stays at ln 2: a reference that follows",
  question: "What does DPO's loss say when the reference is copied from the policy before every step?",
  own: "synced",
  arms: [
    { id: "synced", label: "DPO, synced reference", settings: { ...ONLINE, referenceMode: "synced" } },
    {
      id: "s10",
      label: "DPO, synced every 10",
      settings: { ...COMMON, algorithm: "dpo-semi-online", syncEvery: EVERY, referenceMode: "synced" },
    },
    { id: "fixed", label: "DPO, fixed reference", settings: { ...ONLINE, referenceMode: "fixed" } },
  ],
  figure: { metric: LOSS, title: "DPO's loss", unit: "nats per pair; ln 2 = 0.693" },
};
