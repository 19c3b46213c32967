import type { FlatConfig } from "../../experiment/config.ts";
import type { LessonHead } from "../lesson.ts";
import { pick, type Trace } from "../study.ts";

const COMMON: FlatConfig = {
  task: "stories",
  steps: 30,
  lr: 3e-4,
  warmupSteps: 10,
  prompts: 16,
  groupSize: 8,
  evalEvery: 10,
  evalOod: false,
  beta: 0.1,
  pairRule: "best-worst",
};

const ONLINE: FlatConfig = { ...COMMON, algorithm: "dpo-online" };
const OFFLINE: FlatConfig = { ...COMMON, algorithm: "dpo-offline", pairSource: "buffer", pairCount: 128 };

/** The share of sampled endings that are cheerful, whether or not they came to an end: this task's true utility, with which nobody is rewarded. */
export const CHEERFUL = "eval/gold/mean";

/** Sampled, as training samples. */
export const STORY = "eval/accuracy_sampled";
export const ENTROPY = "eval/entropy";

export const end = (trace: Trace, metric: typeof CHEERFUL | typeof STORY | typeof ENTROPY) =>
  pick(trace, metric, "final");

export const cheerful: LessonHead = {
  id: "cheerful",
  title: "A preference that no program checks",
  // Two of its claims were reworded after a look at seeds 11 to 15. At these one more fell in part: that moods stay under the verifier.
  question:
    "Can pairs of a liked and a disliked ending, and nothing else, make a policy tell happier stories, and are they still stories?",
  own: "online",
  arms: [
    { id: "online", label: "liked endings, online DPO", settings: { ...ONLINE, rewardSource: "model" } },
    { id: "offline", label: "liked endings, offline DPO", settings: { ...OFFLINE, rewardSource: "model" } },
    { id: "verifier", label: "verified stories, online DPO", settings: { ...ONLINE, rewardSource: "verifier" } },
    { id: "both", label: "both, online DPO", settings: { ...ONLINE, rewardSource: "mixed" } },
  ],
  figure: {
    metric: CHEERFUL,
    title: "Cheerful endings",
    unit: "share of 128 sampled endings, cut off ones counted; rewarded by nobody",
    domain: [0, 1],
  },
};
