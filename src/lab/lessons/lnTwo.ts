import { decimal, sentenceOf } from "./change.ts";
import { EVERY, lnTwo as head, LOSS } from "./heads/lnTwo.ts";
import type { Lesson } from "./lesson.ts";
import { pick, type Trace } from "./study.ts";

const SAMPLED = "eval/accuracy_sampled";
const LENGTH = "eval/mean_length";
const ENTROPY = "eval/entropy";

/** −log σ(0): the loss on a pair whose margin is 0. */
const LN_2 = Math.LN2;

/** Losses nearer than this are called equal: far above rounding, far below what a reference at rest leads to. */
const NEAR = 0.01;
const end = (trace: Trace) => pick(trace, SAMPLED, "final");

/** The losses of the steps that `which` names, counted from 1; steps without a pair have none. */
function losses({ series }: Trace, which: (step: number) => boolean = () => true): number[] {
  const { [LOSS]: all = [], "pairs/count": pairs = [] } = series;
  return all.flatMap((loss, i) => (loss !== null && pairs[i] !== 0 && which(i + 1) ? [loss] : []));
}

/** How far the farthest of them lies from ln 2. */
const farthest = (...of: Parameters<typeof losses>) =>
  Math.max(0, ...losses(...of).map((loss) => Math.abs(loss - LN_2)));

/** The steps before which generator and reference are refreshed. */
const isRefreshed = (step: number) => (step - 1) % EVERY === 0;

/** A reference that follows the policy: DPO, arXiv 2305.18290, and its synchronisation, arXiv 2506.21495, §4.2. */
export const lnTwo: Lesson = {
  ...head,
  source: "Bridging Offline and Online RL, arXiv 2506.21495",
  lead: "DPO's loss asks by how much more than in the [reference] the chosen answer of a [preferencePair|preference pair] is ahead. If the reference is the [policy] of this very step, that [margin] is 0 and the loss is ln 2 = 0.693, always. Does the policy, which tells the parity of ten bits, learn anything?",
  details: [
    { metric: SAMPLED, title: "Right answers, sampled", unit: "share of 64 held-out problems", domain: [0, 1] },
    { metric: "kl/start", title: "Distance from the start", unit: "KL, nats per token" },
    { metric: "pairs/count", title: "Pairs to learn from", unit: "of 32 prompts" },
  ],
  columns: [
    { metric: SAMPLED, label: "sampled accuracy, start", at: "initial" },
    { metric: SAMPLED, label: "end", at: "final" },
    { metric: LOSS, label: "loss, lowest", at: "min" },
    { metric: LOSS, label: "highest", at: "max" },
    { metric: "pairs/count", label: "pairs, fewest", at: "min" },
    { metric: ENTROPY, label: "entropy, end", at: "final" },
    { metric: LENGTH, label: "length, start", at: "initial" },
    { metric: LENGTH, label: "end", at: "final" },
    { metric: "kl/start", label: "KL to start", at: "final" },
  ],
  claims: [
    {
      sentence: "With a reference that follows every step the loss stays within 0.01 of ln 2.",
      source: "the loss of DPO, arXiv 2305.18290, equation 7, at a log-ratio of 0",
      margin: ({ synced }) => NEAR - farthest(synced!),
    },
    {
      sentence: "With one that follows every 10 steps it leaves ln 2 by more than 0.03 and is back at each refresh.",
      source: "the same, at the refreshes of arXiv 2506.21495, §2.3",
      margin: ({ s10 }) =>
        Math.min(farthest(s10!, (step) => !isRefreshed(step)) - 0.03, NEAR - farthest(s10!, isRefreshed)),
    },
    {
      sentence: "While the loss stands still, the share of right sampled answers rises by more than 20 points.",
      source: "arXiv 2506.21495, §4.2",
      margin: ({ synced }) => end(synced!) - pick(synced!, SAMPLED, "initial") - 0.2,
    },
    {
      sentence: "A reference that follows every step ends at more right answers than one that stands still.",
      source: "arXiv 2506.21495, §4.2 and figure 2",
      margin: ({ synced, fixed }) => end(synced!) - end(fixed!),
    },
    {
      sentence: "With a reference that stands still, answers end shorter than they began.",
      source: "arXiv 2506.21495, §4.2 and figure 2",
      margin: ({ fixed }) => pick(fixed!, LENGTH, "initial") - pick(fixed!, LENGTH, "final"),
    },
  ],
  said(run) {
    const accuracy = sentenceOf("The share of right answers among sampled ones", run, SAMPLED);
    const measured = losses(run);
    if (measured.length === 0) return accuracy;
    const loss =
      farthest(run) < NEAR
        ? "The loss stood at 0.693 = ln 2 at every step that had a pair"
        : `The loss moved between ${decimal(Math.min(...measured))} and ${decimal(Math.max(...measured))}`;
    return `${loss}. ${accuracy}`;
  },
  next: "Train the reference that is synced every 10 steps, and find in the loss the steps at which the reference was copied.",
};
