import type { Assignment, FeedCredit, FeedScores, Pair, Scores } from "../objectives/objective.ts";
import type { TokenScores } from "../policy/policy.ts";
import type { FeedBatch, Part } from "./batch.ts";

const NOTHING = new Float32Array(0);

/** The policy's scores, one per part with rows, in the form that objectives take. */
export function scoresOf(
  batches: readonly FeedBatch[],
  parts: readonly Part[],
  given: readonly TokenScores[],
  vocabSize: number,
): Partial<Scores> {
  const of = (part: Part): FeedScores => {
    const scores = given[parts.indexOf(part)];
    if (!scores) return { logp: NOTHING, entropy: NOTHING, vocabSize };
    return { ...scores, vocabSize };
  };
  return Object.fromEntries(
    batches.map(({ feed, parts: [first, second] }) => [
      feed,
      second ? { chosen: of(first!), rejected: of(second) } : of(first!),
    ]),
  );
}

/** The credit of one part by its name, e.g. `demos` or `onlinePairs/chosen`. */
export function creditsOf(assignment: Assignment, name: string): FeedCredit {
  const [feed, side] = name.split("/") as [keyof Assignment["credit"], keyof Pair<FeedCredit> | undefined];
  const credit = assignment.credit[feed] as FeedCredit | Pair<FeedCredit>;
  return side ? (credit as Pair<FeedCredit>)[side] : (credit as FeedCredit);
}
