import { OBJECTIVES, objectiveById } from "../lab/objectives/index.ts";
import type { FeedCredit, FeedName, Feeds, Metrics, Objective, Pair, Scores } from "../lab/objectives/objective.ts";
import { FeedError } from "../lab/objectives/terms/feedError.ts";
import { logitCredit } from "../lab/objectives/terms/logitScores.ts";
import { ConfigError, type FieldValue, readAll, readStrict } from "../lab/schema.ts";
import { schemaJson } from "./fieldJson.ts";
import {
  fieldsOf,
  readFeed,
  readPairs,
  refuse,
  type WrittenFeed,
  type WrittenPairs,
  wholeNumber,
} from "./objectiveFeeds.ts";

/** ∂L/∂ of what a feed gave. */
export interface FeedOutput {
  readonly dLogp: number[][]; // [B][T]
  readonly dEntropy: number[][] | null; // [B][T]
  readonly dLogits?: number[][][]; // [B][T][V], where logits were given
}

export interface ObjectiveOutput {
  readonly loss: number;
  readonly metrics: Metrics;
  readonly feeds: Partial<Record<FeedName, FeedOutput | Pair<FeedOutput>>>;
}

type Written = Partial<Record<FeedName, WrittenFeed | WrittenPairs>>;

/**
 * One `assign` on numbers that somebody wrote down, in float64: what `lab objective <id>` prints. `step` counts updates
 * from 1 (0 is allowed, for schedules) and is 1 unless given, `totalSteps` is `step` unless given.
 * @throws {ConfigError} with one sentence for each thing that is wrong.
 */
export function runObjective(id: string, input: unknown): ObjectiveOutput {
  const objective = known(id);
  const fields = fieldsOf(input, "input", ["params", "step", "totalSteps", "feeds"]);
  const given = fieldsOf(fields.params ?? {}, "params", Object.keys(fields.params ?? {}));
  const params = readStrict(objective.params, spelled(objective, given));
  const step = wholeNumber(fields.step, "step", 0) ?? 1;
  const totalSteps = wholeNumber(fields.totalSteps, "totalSteps", 1) ?? Math.max(1, step);
  const written = readFeeds(objective, fields.feeds);
  checkReads(objective, params, written);
  const scores = mapValues(written, (w) =>
    "scores" in w ? w.scores : { chosen: w.chosen.scores, rejected: w.rejected.scores },
  );
  const feeds = mapValues(written, (w) => w.feed);
  const { loss, metrics, credit } = assign(objective, scores as Scores, feeds as Feeds, params, {
    step,
    totalSteps,
  });
  const outputs = mapValues(written, (w, name) => {
    const given = credit[name]!;
    if ("dLogp" in given) return feedOutput(w as WrittenFeed, given);
    const { chosen, rejected } = w as WrittenPairs;
    return { chosen: feedOutput(chosen, given.chosen), rejected: feedOutput(rejected, given.rejected) };
  });
  return { loss, metrics, feeds: outputs };
}

/** An algorithm's own code may have another name for a knob, as a ratio to another one; both are read. */
function spelled(objective: Objective, given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const found = Object.entries(objective.spellings ?? {}).find(([name]) => given[name] !== undefined);
  if (!found) return given;
  const [name, { knob, times }] = found;
  const { [name]: ratio, ...rest } = given;
  if (rest[knob] !== undefined) refuse("params", `have either ${knob} or ${name}`, Object.keys(given));
  const values = readAll(objective.params, rest).values;
  return { ...rest, [knob]: typeof ratio === "number" ? ratio * values[times] : ratio };
}

function known(id: string): Objective {
  try {
    return objectiveById(id);
  } catch (error) {
    if (error instanceof RangeError) throw new ConfigError([{ key: "id", message: error.message }]);
    throw error;
  }
}

function readFeeds(objective: Objective, raw: unknown): Written {
  const fields = fieldsOf(raw, "feeds", objective.feeds);
  const missing = objective.feeds.find((name) => fields[name] === undefined);
  if (missing) refuse("feeds", `hold ${objective.feeds.join(" and ")} for ${objective.id}`, Object.keys(fields));
  const entries = objective.feeds.map((name) => {
    const read = name === "offlinePairs" || name === "onlinePairs" ? readPairs : readFeed;
    return [name, read(fields[name], `feeds.${name}`)] as const;
  });
  return Object.fromEntries(entries);
}

/** A score that the credit depends on, and that nobody gave, is an error and not a guess. */
function checkReads(objective: Objective, params: Readonly<Record<string, FieldValue>>, written: Written): void {
  const reads = objective.reads?.(params) ?? [];
  for (const [name, w] of Object.entries(written)) {
    for (const { scores, feed } of "scores" in w ? [w] : [w.chosen]) {
      const scored = feed.mask.some((m) => m !== 0);
      const lacks = {
        entropy: scored && scores.entropy.some(Number.isNaN),
        meanLogp: !scores.meanLogp,
        vocabSize: scored && scores.vocabSize === 0,
      };
      const missing = reads.find((score) => lacks[score]);
      if (missing)
        refuse(
          `feeds.${name}`,
          `have logits, or ${missing} beside logp, for ${objective.id} with these params`,
          "logp alone",
        );
    }
  }
}

function assign(objective: Objective, ...args: Parameters<Objective["assign"]>): ReturnType<Objective["assign"]> {
  try {
    return objective.assign(...args);
  } catch (error) {
    if (error instanceof FeedError) throw new ConfigError([{ key: "feeds", message: error.message }]);
    throw error;
  }
}

function feedOutput({ feed, logits }: WrittenFeed, credit: FeedCredit): FeedOutput {
  const rows = <X>(flat: ArrayLike<X>) =>
    Array.from({ length: feed.rows }, (_, b) =>
      Array.from({ length: feed.length }, (_, t) => flat[b * feed.length + t]!),
    );
  return {
    dLogp: rows(credit.dLogp),
    dEntropy: credit.dEntropy ? rows(credit.dEntropy) : null,
    ...(logits && { dLogits: rows(logitCredit(logits.scores, logits.labels, credit).map((row) => Array.from(row))) }),
  };
}

function mapValues<A, B>(
  record: Partial<Record<FeedName, A>>,
  map: (value: A, name: FeedName) => B,
): Partial<Record<FeedName, B>> {
  const entries = Object.entries(record) as [FeedName, A][];
  return Object.fromEntries(entries.map(([name, value]) => [name, map(value, name)]));
}

/** Every algorithm with its feeds and knobs: the object that `lab objective --list --json` prints. */
export function listObjectives() {
  return { objectives: OBJECTIVES.map(listed) };
}

function listed({ id, title, family, summary, paper, formula, feeds, params }: Objective) {
  return { id, title, family, summary, paper, formula, feeds, params: schemaJson(params) };
}
