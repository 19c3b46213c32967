import type { FlatConfig } from "../../experiment/config.ts";
import type { LessonHead } from "../lesson.ts";

const COMMON: FlatConfig = {
  task: "duo",
  checkpoint: "nano-worked",
  algorithm: "sft",
  demoKind: "sort",
  demoCount: 256,
  demoBatch: 64,
  steps: 60,
  lr: 3e-4,
  warmupSteps: 10,
  evalEvery: 10,
  evalProblems: 256,
  evalOod: false,
};

/** Of a step's answers under the policy as it is before that update: at the first step, under the start. */
export const DISTANCE = "cll/demos/mean";

export const dataDistance: LessonHead = {
  id: "data-distance",
  title: "How far data lie",
  question: "Can one tell before training which right answers a policy will learn from, and which will break it?",
  own: "hinted",
  arms: [
    { id: "hinted", label: "SFT, hinted", settings: { ...COMMON, demoStyle: "hinted" } },
    { id: "own", label: "SFT, own right", settings: { ...COMMON, demoStyle: "own" } },
    { id: "copied", label: "SFT, no gate", settings: { ...COMMON, demoStyle: "hinted", hintBeta: 0 } },
    { id: "expert", label: "SFT, expert", settings: { ...COMMON, demoStyle: "expert" } },
  ],
  figure: {
    metric: DISTANCE,
    title: "CLL of the answers taught",
    unit: "mean, nats per token; about 0: as its own writing, far below: foreign",
  },
};
