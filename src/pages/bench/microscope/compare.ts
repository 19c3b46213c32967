import { OBJECTIVES, objectiveById } from "../../../lab/objectives/index.ts";
import type { Clock, FeedName, FeedScores, Objective, TokenFeed } from "../../../lab/objectives/objective.ts";
import { type AnyValues, initials } from "../../../lab/schema.ts";
import { VOCAB_SIZE } from "../../../lab/tokenizer/characters.ts";
import type { TokenRow } from "../../../lab/train/report.ts";
import { partnerOf } from "../tokens/pairAccount.ts";

/** An algorithm with the settings that it is looked at with. */
export interface Contender {
  readonly objective: Objective;
  readonly params: AnyValues;
}

/** What the algorithms are asked about: one answer, with the policy's opinion of it. */
export interface Answer {
  readonly logp: ArrayLike<number>; // [t]
  readonly entropy: ArrayLike<number>; // [t]
  readonly oldLogp?: ArrayLike<number> | undefined;
  readonly refLogp?: ArrayLike<number> | undefined;
}

const reads = (feed: FeedName) => (objective: Objective) => objective.feeds.includes(feed);
const imitates = (objective: Objective) => objective.family === "imitate" && !objective.demoStyle;

/** Algorithms that can say something of one such row alone. Group DPO cannot: it needs the whole group. */
export function contendersFor(feed: string): readonly Objective[] {
  if (feed === "demos") return OBJECTIVES.filter((one) => reads("demos")(one) && one.id !== "iw-sft" && !one.demoStyle);
  if (feed === "rollouts")
    return OBJECTIVES.filter((one) => one.id === "grpo" || (imitates(one) && !["iw-sft", "psft"].includes(one.id)));
  return OBJECTIVES.filter((one) => reads("offlinePairs")(one));
}

/** An algorithm with its own defaults. */
export function withDefaults(id: string): Contender {
  const objective = objectiveById(id);
  return { objective, params: initials(objective.params) };
}

/**
 * w of every token of a row under an algorithm, recomputed from the same probabilities for this answer alone: before the
 * mean over the batch, and before any µ. A rollout under an algorithm that imitates is taken as if it had been
 * demonstrated. Undefined where the row does not carry what the algorithm needs.
 */
export function weightsUnder(
  { objective, params }: Contender,
  row: TokenRow,
  rows: readonly TokenRow[],
  clock: Clock,
): readonly number[] | undefined {
  if (row.feed.includes("/")) return pairWeights(objective, params, row, rows, clock);
  if (row.feed === "rollouts" && objective.feeds.includes("rollouts")) {
    return ownWeights(objective, params, row, clock);
  }
  return demoWeights(objective, params, row, clock);
}

/** w of a demonstration's tokens. Also used on answers that no step has trained on. */
export function demoWeights(
  objective: Objective,
  params: AnyValues,
  answer: Answer,
  clock: Clock,
): readonly number[] | undefined {
  if (!objective.feeds.includes("demos")) return undefined;
  if (objective.id === "iw-sft" && !answer.refLogp) return undefined;
  const feed = feedOf(answer);
  const empty: TokenFeed = { rows: 0, length: feed.length, mask: NOTHING, rewards: NOTHING, groupSize: 1 };
  const scores = { demos: scoresOf(answer), rollouts: { ...scoresOf(answer), logp: NOTHING, entropy: NOTHING } };
  const { credit } = objective.assign(
    scores as never,
    { demos: { ...feed, oldLogp: feed.oldLogp ?? scores.demos.logp }, rollouts: empty } as never,
    params as never,
    clock,
  );
  const weight = credit.demos.views?.weight;
  return weight && Array.from(weight);
}

function ownWeights(objective: Objective, params: AnyValues, row: TokenRow, clock: Clock) {
  const advantage = row.views.advantage?.[0];
  if (advantage === undefined || objective.feeds.length > 1 || objective.needs?.(params as never).includes("reference"))
    return undefined;
  const oldLogp = row.views.ratio && row.logp.map((x, t) => x - Math.log(row.views.ratio![t]!));
  const feed = { ...feedOf({ ...row, oldLogp }), advantages: Float64Array.of(advantage) };
  const { credit } = objective.assign(
    { rollouts: scoresOf(row) } as never,
    { rollouts: feed } as never,
    params as never,
    clock,
  );
  const weight = credit.rollouts.views?.weight;
  return weight && Array.from(weight);
}

function pairWeights(
  objective: Objective,
  params: AnyValues,
  row: TokenRow,
  rows: readonly TokenRow[],
  clock: Clock,
): readonly number[] | undefined {
  const partner = partnerOf(row, rows);
  const name = objective.feeds[0]!;
  if (!partner || !name.endsWith("Pairs")) return undefined;
  const side = (one: TokenRow): Answer => ({
    ...one,
    refLogp: one.views.log_ratio && one.logp.map((x, t) => x - one.views.log_ratio![t]!),
  });
  const isChosen = row.feed.endsWith("/chosen");
  const [chosen, rejected] = (isChosen ? [row, partner] : [partner, row]).map(side) as [Answer, Answer];
  if (objective.needs?.(params as never).includes("reference") && !chosen.refLogp) return undefined;
  const { credit } = objective.assign(
    { [name]: { chosen: scoresOf(chosen), rejected: scoresOf(rejected) } } as never,
    { [name]: { chosen: feedOf(chosen), rejected: feedOf(rejected) } } as never,
    params as never,
    clock,
  );
  const credits = credit[name as "offlinePairs"];
  return Array.from((isChosen ? credits.chosen : credits.rejected).dLogp, (d) => (d === 0 ? 0 : -d));
}

const NOTHING = new Float64Array(0);

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

function scoresOf({ logp, entropy }: Answer): FeedScores {
  return {
    logp: Float64Array.from(logp),
    entropy: Float64Array.from(entropy),
    meanLogp: new Float64Array(logp.length),
    vocabSize: VOCAB_SIZE,
  };
}
