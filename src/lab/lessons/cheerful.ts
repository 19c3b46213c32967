import { changeOf, decimal, percent, sentenceOf } from "./change.ts";
import { CHEERFUL, ENTROPY, end, cheerful as head, STORY } from "./heads/cheerful.ts";
import type { Lesson } from "./lesson.ts";
import { pick, type Trace } from "./study.ts";

/** Shares of 128 sampled endings that differ by less are called equal. */
const NOTABLE = 0.1;
const SOURCE = "our bound; the setting of arXiv 2506.21495, table 2";

const gain = (trace: Trace, metric: typeof CHEERFUL | typeof STORY | typeof ENTROPY) =>
  end(trace, metric) - pick(trace, metric, "initial");

/** Preferences that no program checks, on sentences: the non-verifiable half of arXiv 2506.21495. */
export const cheerful: Lesson = {
  ...head,
  freshSeed: 16,
  source: "Bridging Offline and Online RL, arXiv 2506.21495",
  lead: "The [policy] ends very short stories, most of them sadly. Simulated judges like endings by a hidden rule about moods, and err now and then. A [rewardModel|reward model], which counts words, learned from 512 pairs that they judged, and picks the [preferencePair|preference pairs] of DPO; the policy is never told the rule. Whether an ending still makes a story, the [verifier] knows, and it has no say unless it is asked.",
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
      sentence: "Under online DPO on liked endings, the share of cheerful ones rises by more than 0.3.",
      source: SOURCE,
      margin: ({ online }) => gain(online!, CHEERFUL) - 0.3,
    },
    {
      sentence: "Under offline DPO on liked endings, the share of cheerful ones rises by more than 0.2.",
      source: SOURCE,
      margin: ({ offline }) => gain(offline!, CHEERFUL) - 0.2,
    },
    {
      sentence: "Online DPO ends with more cheerful endings than offline DPO.",
      source: "arXiv 2506.21495, table 2",
      margin: ({ online, offline }) => end(online!, CHEERFUL) - end(offline!, CHEERFUL),
    },
    {
      sentence: "Under online DPO on liked endings, fewer endings are stories than with both rewards.",
      source: "reward hacking, arXiv 2210.10760; not in arXiv 2506.21495",
      margin: ({ online, both }) => end(both!, STORY) - end(online!, STORY),
    },
    {
      sentence: "With the verifier alone, more endings are stories than at the start.",
      source: "arXiv 2506.21495, table 1",
      margin: ({ verifier }) => gain(verifier!, STORY),
    },
    {
      sentence:
        "With both, the share of cheerful endings rises by more than 0.2, and that of stories falls by less than 0.1.",
      source: "our bounds; arXiv 2506.21495, table 3",
      margin: ({ both }) => Math.min(gain(both!, CHEERFUL) - 0.2, gain(both!, STORY) + 0.1),
    },
    {
      sentence: "Under online DPO on liked endings, the entropy falls.",
      source: "arXiv 2506.21495, figure 7",
      margin: ({ online }) => -gain(online!, ENTROPY),
    },
  ],
  said(run) {
    const mood = sentenceOf("The share of cheerful endings", run, CHEERFUL, undefined, NOTABLE);
    const story = `The share of endings that make a story ${changeOf(run, STORY, percent, NOTABLE)}`;
    return `${mood} ${story}, and the entropy ${changeOf(run, ENTROPY, decimal, 0.03)}.`;
  },
  next: "Train both at once, where the [verifier] judges every second beginning: see whether more of its endings are cheerful and stories too.",
};
