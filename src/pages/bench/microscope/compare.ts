import { OBJECTIVES, objectiveById } from "../../../lab/objectives/index.ts";
import type {
  AnyObjective,
  Clock,
  FeedName,
  FeedScores,
  NamedBatch,
  TokenFeed,
} from "../../../lab/objectives/objective.ts";
import { type AnyValues, initials } from "../../../lab/schema.ts";
import type { TokenRow } from "../../../lab/train/report.ts";
import { partnerOf } from "../tokens/explained.ts";

/** An algorithm with the settings that it is looked at with. */
interface Contender {
  readonly objective: AnyObjective;
  readonly params: AnyValues;
  /** Tokens of the vocabulary that the row is written in: label smoothing spreads over them. */
  readonly vocabSize: number;
}

/** What the algorithms are asked about: one answer, with the policy's opinion of it. */
interface Answer {
  readonly logp: ArrayLike<number>; // [t]
  readonly entropy: ArrayLike<number>; // [t]
  readonly oldLogp?: ArrayLike<number> | undefined;
  readonly refLogp?: ArrayLike<number> | undefined;
}

const reads = (feed: FeedName, { feeds }: AnyObjective) => feeds.includes(feed);
const needs = ({ needs: ask, params }: AnyObjective) => ask?.(initials(params)) ?? [];

/** Algorithms that can say something of one such row alone, by their defaults: without a reference, a group, or the past. */
export function contendersFor(feed: string): readonly AnyObjective[] {
  if (feed === "demos")
    return OBJECTIVES.filter((one) => reads("demos", one) && !one.demoStyle && !needs(one).includes("reference"));
  if (feed !== "rollouts") return OBJECTIVES.filter((one) => reads("offlinePairs", one));
  return OBJECTIVES.filter((one) => {
    if (one.family === "imitate") return !one.demoStyle && needs(one).length === 0;
    return isOnly(one, "rollouts") && !needs(one).includes("reference");
  });
}

const isOnly = ({ feeds }: AnyObjective, feed: FeedName) => feeds.length === 1 && feeds[0] === feed;

/** An algorithm with its own defaults. */
export function withDefaults(id: string, vocabSize: number): Contender {
  const objective = objectiveById(id);
  return { objective, params: initials(objective.params), vocabSize };
}

/**
 * w of every token of a row under an algorithm, recomputed from the same probabilities for this answer alone: before the
 * mean over the batch, and before any µ. A rollout under an algorithm that imitates is taken as if it had been
 * demonstrated. Undefined where the row does not carry what the algorithm needs.
 */
export function weightsUnder(
  contender: Contender,
  row: TokenRow,
  rows: readonly TokenRow[],
  clock: Clock,
): readonly number[] | undefined {
  if (row.feed.includes("/")) return pairWeights(contender, row, rows, clock);
  if (row.feed === "rollouts" && reads("rollouts", contender.objective)) {
    return ownWeights(contender, row, clock);
  }
  return demoWeights(contender, row, clock);
}

/** w of a demonstration's tokens. Also used on answers that no step has trained on. */
export function demoWeights(
  { objective, params, vocabSize }: Contender,
  answer: Answer,
  clock: Clock,
): readonly number[] | undefined {
  if (!reads("demos", objective)) return undefined;
  const asks = isOnly(objective, "demos") && objective.needs?.(params).includes("reference");
  if (asks && !answer.refLogp) return undefined;
  const demos = batchOf("demos", answer, vocabSize);
  const oldLogp = demos.feed.oldLogp ?? demos.scores.logp;
  const { credits } = objective.apply(
    [{ ...demos, feed: { ...demos.feed, oldLogp } }, noRollouts(vocabSize)],
    params,
    clock,
  );
  return numbersOf(credits.get("demos")?.views?.weight);
}

function ownWeights({ objective, params, vocabSize }: Contender, row: TokenRow, clock: Clock) {
  const advantage = row.views.advantage?.[0];
  if (advantage === undefined || objective.feeds.length > 1 || objective.needs?.(params).includes("reference"))
    return undefined;
  const oldLogp = row.views.ratio && row.logp.map((x, t) => x - Math.log(row.views.ratio![t]!));
  const own = batchOf("rollouts", { ...row, oldLogp }, vocabSize);
  const advantages = Float64Array.of(advantage);
  const { credits } = objective.apply([{ ...own, feed: { ...own.feed, advantages } }], params, clock);
  return numbersOf(credits.get("rollouts")?.views?.weight);
}

function pairWeights(
  { objective, params, vocabSize }: Contender,
  row: TokenRow,
  rows: readonly TokenRow[],
  clock: Clock,
): readonly number[] | undefined {
  const partner = partnerOf(row, rows);
  const name = objective.feeds[0]!;
  if (!partner || !name.endsWith("Pairs")) return undefined;
  const side = (one: TokenRow) => {
    const { log_ratio } = one.views;
    const refLogp = log_ratio && one.logp.map((x, t) => x - log_ratio[t]!);
    return batchOf(`${name}/${one.feed.split("/")[1]}`, { ...one, refLogp }, vocabSize);
  };
  const pair = [side(row), side(partner)] as const;
  if (objective.needs?.(params).includes("reference") && !pair.every(({ feed }) => feed.refLogp)) return undefined;
  const { credits } = objective.apply(pair, params, clock);
  return Array.from(credits.get(pair[0].name)!.dLogp, (d) => (d === 0 ? 0 : -d));
}

const numbersOf = (values: ArrayLike<number> | undefined) => values && Array.from(values);

const NOTHING = new Float64Array(0);

const noRollouts = (vocabSize: number): NamedBatch => ({
  name: "rollouts",
  scores: { logp: NOTHING, entropy: NOTHING, vocabSize },
  feed: { rows: 0, length: 0, mask: NOTHING, rewards: NOTHING, groupSize: 1 },
});

function batchOf(name: string, answer: Answer, vocabSize: number): NamedBatch {
  return { name, scores: scoresOf(answer, vocabSize), feed: feedOf(answer) };
}

function feedOf({ logp, oldLogp, refLogp }: Answer): TokenFeed {
  const numbers = (values: ArrayLike<number> | undefined) => values && Float64Array.from(values);
  return {
    rows: 1,
    length: logp.length,
    mask: new Float64Array(logp.length).fill(1),
    oldLogp: numbers(oldLogp),
    refLogp: numbers(refLogp),
  };
}

function scoresOf({ logp, entropy }: Answer, vocabSize: number): FeedScores {
  return {
    logp: Float64Array.from(logp),
    entropy: Float64Array.from(entropy),
    meanLogp: new Float64Array(logp.length),
    vocabSize,
  };
}
