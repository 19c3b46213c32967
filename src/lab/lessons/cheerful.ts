import type { FlatConfig } from "../experiment/config.ts";
import { changeOf, decimal, sentenceOf } from "./change.ts";
import type { Lesson } from "./lesson.ts";
import { pick, type Trace } from "./study.ts";

const COMMON: FlatConfig = {
  task: "stories",
  steps: 40,
  lr: 3e-4,
  warmupSteps: 10,
  prompts: 16,
  groupSize: 8,
  evalEvery: 10,
  evalOod: false,
};
const JUDGED: FlatConfig = { ...COMMON, rewardSource: "model", beta: 0.1 };

/** The share of sampled endings that are cheerful: this task's true utility, with which nobody is rewarded. */
const CHEERFUL = "eval/gold/mean";
/** Sampled, as training samples. */
const STORY = "eval/accuracy_sampled";
const ENTROPY = "eval/entropy";

/** Shares of 128 sampled endings that differ by less are called equal. */
const NOTABLE = 0.1;

const SOURCE = "our measurement; the setting is that of arXiv 2506.21495, §4.2";
const end = (trace: Trace, metric: typeof CHEERFUL | typeof STORY | typeof ENTROPY) => pick(trace, metric, "final");
const gain = (trace: Trace, metric: typeof CHEERFUL | typeof STORY | typeof ENTROPY) =>
  end(trace, metric) - pick(trace, metric, "initial");

/** Preferences that no program checks, on sentences: the non-verifiable half of arXiv 2506.21495. */
export const cheerful: Lesson = {
  id: "cheerful",
  title: "A preference that no program checks",
  question: "Can pairs of a liked and a disliked ending, and nothing else, make a policy tell happier stories?",
  source: "Bridging Offline and Online RL, arXiv 2506.21495",
  lead: "The [policy] ends very short stories, most of them sadly. Somebody who likes cheerful endings has judged 512 pairs of them, and a [rewardModel|reward model] that learned from those picks the [preferencePair|preference pairs] that DPO trains on; what it is about, nobody writes down. The [verifier] only says whether the text is a story still, and rewards nothing.",
  own: "online",
  arms: [
    {
      id: "offline",
      label: "offline DPO",
      settings: { ...JUDGED, algorithm: "dpo-offline", pairSource: "buffer", pairCount: 128 },
    },
    { id: "online", label: "online DPO", settings: { ...JUDGED, algorithm: "dpo-online" } },
    { id: "verifier", label: "verifier GRPO", settings: { ...COMMON, algorithm: "grpo", rewardSource: "verifier" } },
  ],
  figure: {
    metric: CHEERFUL,
    title: "Cheerful endings",
    unit: "share of 128 sampled endings; rewarded by nobody",
    domain: [0, 1],
  },
  details: [
    { metric: STORY, title: "Still a story", unit: "share of 128 sampled endings", domain: [0, 1] },
    { metric: ENTROPY, title: "Entropy", unit: "nats per token" },
    { metric: "eval/unique_outputs", title: "Different endings", unit: "of 128" },
  ],
  columns: [
    { metric: CHEERFUL, label: "cheerful, start", at: "initial" },
    { metric: CHEERFUL, label: "end", at: "final" },
    { metric: STORY, label: "a story, start", at: "initial" },
    { metric: STORY, label: "end", at: "final" },
    { metric: ENTROPY, label: "entropy, start", at: "initial" },
    { metric: ENTROPY, label: "end", at: "final" },
    { metric: "eval/unique_outputs", label: "different endings, start", at: "initial" },
    { metric: "eval/unique_outputs", label: "end", at: "final" },
    { metric: "kl/start", label: "KL to start", at: "final" },
  ],
  claims: [
    {
      sentence: "Under online DPO the share of cheerful endings rises by more than 0.2.",
      source: SOURCE,
      margin: ({ online }) => gain(online!, CHEERFUL) - 0.2,
    },
    {
      sentence: "Under offline DPO the share of cheerful endings rises by more than 0.2.",
      source: SOURCE,
      margin: ({ offline }) => gain(offline!, CHEERFUL) - 0.2,
    },
    {
      sentence: "Online DPO ends with more cheerful endings than offline DPO.",
      source: "arXiv 2506.21495, table 2",
      margin: ({ online, offline }) => end(online!, CHEERFUL) - end(offline!, CHEERFUL),
    },
    {
      sentence: "Under online DPO, fewer endings are stories than at the start.",
      source: "reward hacking, arXiv 2210.10760; not in arXiv 2506.21495",
      margin: ({ online }) => -gain(online!, STORY),
    },
    {
      sentence: "Under online DPO the entropy falls.",
      source: "arXiv 2506.21495, figure 4",
      margin: ({ online }) => -gain(online!, ENTROPY),
    },
    {
      sentence: "The verifier alone moves the share of cheerful endings by less than 0.1.",
      source: "our bound",
      margin: ({ verifier }) => 0.1 - Math.abs(gain(verifier!, CHEERFUL)),
    },
  ],
  said(run) {
    const mood = sentenceOf("The share of cheerful endings", run, CHEERFUL, undefined, NOTABLE);
    const story = `The share of those that are stories ${changeOf(run, STORY)}`;
    return `${mood} ${story}, and the entropy ${changeOf(run, ENTROPY, decimal, 0.03)}.`;
  },
  next: "Train the verifier alone: it has nothing against sad endings. See whether it makes more of the endings stories.",
};
