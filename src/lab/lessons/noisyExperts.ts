import { sentenceOf } from "./change.ts";
import { ACCURACY, noisyExperts as head } from "./heads/noisyExperts.ts";
import type { Lesson } from "./lesson.ts";
import { pick, type Trace } from "./study.ts";

const end = (trace: Trace) => pick(trace, ACCURACY, "final");

/** Demonstrations of which more than half have a slip: On-Policy SFT, arXiv 2602.12222. */
export const noisyExperts: Lesson = {
  ...head,
  source: "On-Policy SFT, arXiv 2602.12222",
  lead: "The [policy] tells whether the number of ones among 14 bits is odd, and works it out only now and then. Of 256 [demonstration|demonstrations] three in five overlook a bit. The three methods differ in the [tokenWeight|weight] of a token that the policy finds unlikely.",
  details: [{ metric: "nll", title: "Loss on demonstrations", unit: "nats per token" }],
  columns: [
    { metric: ACCURACY, label: "accuracy, start", at: "initial" },
    { metric: ACCURACY, label: "end", at: "final" },
    { metric: "eval/accuracy_sampled", label: "sampled, end", at: "final" },
    { metric: "nll", label: "training NLL, end", at: "final" },
  ],
  claims: [
    {
      sentence: "IDFT ends above SFT on noisy experts.",
      source: "our form of arXiv 2602.12222, §4",
      margin: ({ sft, idft }) => end(idft!) - end(sft!),
    },
    {
      sentence: "IDFT ends above DFT on noisy experts.",
      source: "our form of arXiv 2602.12222, §4",
      margin: ({ dft, idft }) => end(idft!) - end(dft!),
    },
  ],
  said: (run) => sentenceOf("The share of right answers", run, ACCURACY),
  next: "Train SFT on the same demonstrations and compare the share of right answers at the end.",
};
