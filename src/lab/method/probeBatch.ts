import type { FeedName, FeedScores, NamedBatch, TokenFeed } from "../objectives/objective.ts";
import { mostEntropy, WORDS } from "./entropyRange.ts";

/** Tokens of an answer. */
export const LENGTH = 10;
/** Answers of other experts beside the one that is looked at. */
const OTHERS = 9;
/** The probability of every token that is not looked at, and of those that are when they were sampled and under the reference. */
export const BEFORE = 0.5;

/** Probability and entropy (nats) of every token of the answer that is looked at. */
export interface Probe {
  readonly p: number;
  readonly H: number;
}

/** One of the answers that an objective is shown, by the batch that it stands in. */
export interface Role {
  readonly label: string;
  readonly batch: string;
  /** Its row in that batch. */
  readonly row: number;
}

/** The answers that a feed is made of here, in the order of their lines. */
export const ROLES: Readonly<Record<FeedName, readonly Role[]>> = {
  demos: [{ label: "expert's answer", batch: "demos", row: 0 }],
  rollouts: [
    { label: "right answer", batch: "rollouts", row: 0 },
    { label: "wrong answer", batch: "rollouts", row: 1 },
  ],
  offlinePairs: [
    { label: "chosen", batch: "offlinePairs/chosen", row: 0 },
    { label: "rejected", batch: "offlinePairs/rejected", row: 0 },
  ],
  onlinePairs: [
    { label: "chosen", batch: "onlinePairs/chosen", row: 0 },
    { label: "rejected", batch: "onlinePairs/rejected", row: 0 },
  ],
};

interface Token extends Probe {
  /** When it was sampled, and under the reference. */
  readonly before: number;
}

const STILL: Token = { p: BEFORE, H: mostEntropy(BEFORE), before: BEFORE };

/** Every batch that the feeds are made of, with all tokens of the role's answer at the probe and every other answer at {@link BEFORE}. */
export function probeBatches(feeds: readonly FeedName[], role: Role, probe: Probe): NamedBatch[] {
  const seen: Token = { ...probe, before: BEFORE };
  const at = (batch: string, row: number) => answer(role.batch === batch && role.row === row ? seen : STILL);
  return feeds.flatMap((feed): NamedBatch[] => {
    if (feed === "demos") return [batchOf(feed, [at(feed, 0), ...BESIDE])];
    if (feed === "rollouts") {
      const rollouts = batchOf(feed, [at(feed, 0), at(feed, 1)]);
      return [{ ...rollouts, feed: { ...rollouts.feed, rewards: Float64Array.of(1, 0), groupSize: 2 } }];
    }
    const names = [`${feed}/chosen`, `${feed}/rejected`] as const;
    const [chosen, rejected] = names.map((name) => batchOf(name, [at(name, 0)])) as [NamedBatch, NamedBatch];
    const drift = new Float64Array(LENGTH).fill(Math.log(BEFORE));
    const mismatched = { logp: drift, refLogp: drift, mask: rejected.feed.mask };
    return [{ ...chosen, pairs: { prompts: 1, mismatched } }, rejected];
  });
}

const answer = (token: Token): readonly Token[] => Array.from({ length: LENGTH }, () => token);

/** Expert tokens of every certainty, for a weight that compares a token with the others of its batch. */
const BESIDE: readonly (readonly Token[])[] = Array.from({ length: OTHERS }, (_, row) =>
  Array.from({ length: LENGTH }, (_, at): Token => {
    const share = (row * LENGTH + at + 0.5) / (OTHERS * LENGTH);
    const p = 1 / WORDS + (1 - 1 / WORDS) * share;
    return { p, H: mostEntropy(p), before: p };
  }),
);

function batchOf(name: string, answers: readonly (readonly Token[])[]): NamedBatch {
  const tokens = answers.flat();
  const from = (of: (token: Token) => number) => Float64Array.from(tokens, of);
  const logp = from(({ p }) => Math.log(p));
  const before = from((token) => Math.log(token.before));
  const others = from(({ p }) => (Math.log(p) + (WORDS - 1) * Math.log((1 - p) / (WORDS - 1))) / WORDS);
  const scores: FeedScores = { logp, entropy: from(({ H }) => H), meanLogp: others, vocabSize: WORDS };
  const mask = new Float64Array(tokens.length).fill(1);
  const feed: TokenFeed = { rows: answers.length, length: LENGTH, mask, oldLogp: before, refLogp: before };
  return { name, scores, feed };
}
