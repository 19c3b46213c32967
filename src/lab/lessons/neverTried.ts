import { changeOf, courseOf, sentenceOf } from "./change.ts";
import { ACCURACY, neverTried as head, SHOWN } from "./heads/neverTried.ts";
import type { Lesson } from "./lesson.ts";
import { pick, type Trace } from "./study.ts";

const LENGTH = "eval/mean_length";
const end = (trace: Trace) => pick(trace, ACCURACY, "final");

/** An answer that names the label at once is a character and the end token. */
const AT_ONCE = 2.5;

/** Running parities of ten bits, `>`, the label and the end token. */
const WORKED_OUT = 11;

/** Answers of this length come out right so often only where the parities in them are. */
const MOSTLY_RIGHT = 0.9;

/** Reward finds only what is sometimes sampled: the motivation of CHORD, arXiv 2508.11408, §1. */
export const neverTried: Lesson = {
  ...head,
  source: "CHORD, arXiv 2508.11408",
  lead: "The [policy] reads ten bits and says whether the number of ones is odd; today it names 0 or 1 at once, a guess. [reward|Reward] alone can only favour answers that it tries. An [expert] writes the parity after every bit first: 64 of its answers are mixed in.",
  details: [
    { metric: LENGTH, title: "Length of an answer", unit: "tokens", arms: SHOWN },
    { metric: "eval/entropy", title: "Entropy", unit: "nats per token", arms: SHOWN },
  ],
  columns: [
    { metric: ACCURACY, label: "accuracy, start", at: "initial" },
    { metric: ACCURACY, label: "end", at: "final" },
    { metric: "eval/accuracy_sampled", label: "sampled, end", at: "final" },
    { metric: LENGTH, label: "length, start", at: "initial" },
    { metric: LENGTH, label: "length, end", at: "final" },
    { metric: "eval/entropy", label: "entropy, highest", at: "max" },
    { metric: "eval/entropy", label: "entropy, end", at: "final" },
  ],
  claims: [
    {
      sentence: "A few expert answers beside the reward (CHORD-µ) end above reward alone (GRPO).",
      source: "arXiv 2508.11408, table 1",
      margin: (arms) => end(arms["chord-mu"]!) - end(arms.grpo!),
    },
    {
      sentence: "GRPO alone ends within 10 points of a guess.",
      source: "our bound; motivation in arXiv 2508.11408, §1",
      margin: ({ grpo }) => 0.1 - Math.abs(end(grpo!) - 0.5),
    },
    {
      sentence: "CHORD-µ ends above 0.9.",
      source: "our bound; motivation in arXiv 2508.11408, §1",
      margin: (arms) => end(arms["chord-mu"]!) - 0.9,
    },
    {
      sentence: "CHORD-µ's entropy rises above its start before it falls.",
      source: "arXiv 2508.11408, figure 4",
      margin: (arms) =>
        pick(arms["chord-mu"]!, "eval/entropy", "max") - pick(arms["chord-mu"]!, "eval/entropy", "initial"),
    },
  ],
  said(run) {
    const accuracy = `The share of right answers ${changeOf(run, ACCURACY)}`;
    const length = courseOf(run, LENGTH);
    if (!length) return `${accuracy}.`;
    if (length.first < AT_ONCE && length.last > WORKED_OUT) {
      const right = (courseOf(run, ACCURACY)?.last ?? 0) >= MOSTLY_RIGHT;
      return `${accuracy}, and answers grew from ${length.first.toFixed(0)} tokens to ${length.last.toFixed(0)}${right ? ": it writes the running parity first, as the expert does" : ""}.`;
    }
    if (length.last < AT_ONCE)
      return `${accuracy}, and it still names the answer at once: about half of such guesses are right by chance.`;
    return `${accuracy}. ${sentenceOf("The length of an answer in tokens", run, LENGTH, (tokens) => tokens.toFixed(1), 0.5)}`;
  },
  next: "Train GRPO from the same start, without the expert, and watch whether answers ever get longer. SFT, without reward, learns it here too.",
};
