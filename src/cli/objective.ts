import { OBJECTIVES, objectiveById } from "../lab/objectives/index.ts";
import type {
  FeedCredit,
  FeedName,
  Feeds,
  Metrics,
  Objective,
  Pair,
  PairLossRow,
  Scores,
} from "../lab/objectives/objective.ts";
import { FeedError } from "../lab/objectives/terms/batch.ts";
import { logitCredit } from "../lab/objectives/terms/logitScores.ts";
import { ConfigError, type FieldValue, readAll, readStrict } from "../lab/schema.ts";
import { schemaJson } from "./fieldJson.ts";
import { checkFinite } from "./nonFinite.ts";
import { acceptedBy, withoutSliders } from "./objectiveBounds.ts";
import {
  checkEntropy,
  fieldsOf,
  readFeed,
  readPairs,
  type WrittenFeed,
  type WrittenPairs,
  wholeNumber,
} from "./objectiveFeeds.ts";
import { requirementsOf } from "./objectiveList.ts";
import { aliasesOf, FEED_ALIASES, idOf, inOurWords, paramsInOurWords } from "./objectiveNames.ts";
import { refuse } from "./refuse.ts";

/** ∂L/∂ of what a feed gave. */
export interface FeedOutput {
  readonly dLogp: number[][]; // [B][T]
  readonly dEntropy: number[][] | null; // [B][T]
  readonly dLogits?: number[][][]; // [B][T][V], where logits were given
  /** With `views`: what the credit was made of, 0 where nothing is scored. [B][T] each */
  readonly views?: Readonly<Record<string, number[][]>>;
  /** With `views`, in preference methods: see {@link FeedCredit}. */
  readonly pairLosses?: readonly PairLossRow[];
}

interface ObjectiveOptions {
  /** Adds views and the losses of pairs to the answer. */
  readonly views?: boolean;
  /** Takes what is worth a word but no error. */
  readonly warn?: (sentence: string) => void;
}

export interface ObjectiveOutput {
  readonly loss: number;
  readonly metrics: Metrics;
  readonly feeds: Partial<Record<FeedName, FeedOutput | Pair<FeedOutput>>>;
}

type Written = Partial<Record<FeedName, WrittenFeed | WrittenPairs>>;

/**
 * One `assign` on numbers that somebody wrote down, in float64: what `lab objective <id>` prints. `step` counts updates
 * from 1 (0 is allowed, for schedules) and is 1 unless given, `totalSteps` is `step` unless given. Names of TRL and
 * Trinity-RFT are read as ours (objectiveNames.ts); a knob takes all that its mathematics is defined for.
 * @throws {ConfigError} with one sentence for each thing that is wrong.
 * @throws {NonFiniteError} when a number that would be printed is not finite.
 */
export function runObjective(id: string, input: unknown, options: ObjectiveOptions = {}): ObjectiveOutput {
  const objective = known(id);
  const keys = ["params", "step", "totalSteps", "feeds"];
  const fields = fieldsOf(inOurWords(input, "input", keys), "input", keys);
  const params = readParams(objective, fields.params);
  const step = wholeNumber(fields.step, "step", 0) ?? 1;
  const totalSteps = wholeNumber(fields.totalSteps, "totalSteps", 1) ?? Math.max(1, step);
  const written = readFeeds(objective, fields.feeds);
  checkReads(objective, params, written);
  for (const [path, side] of sidesOf(written)) {
    checkEntropy(side, path);
    for (const note of side.notes ?? []) options.warn?.(note);
  }
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
    if ("dLogp" in given) return feedOutput(w as WrittenFeed, given, options);
    const { chosen, rejected } = w as WrittenPairs;
    return {
      chosen: feedOutput(chosen, given.chosen, options),
      rejected: feedOutput(rejected, given.rejected, options),
    };
  });
  if (metrics.mu !== undefined && metrics.mu > 1)
    options.warn?.(
      `µ is ${metrics.mu} at step ${step}, above 1: the term of own samples counts ${1 - metrics.mu} times.`,
    );
  const output = { loss, metrics: { ...metrics, ...emptyFeeds(written) }, feeds: outputs };
  checkFinite(output);
  return output;
}

/** The parameters of an algorithm as somebody wrote them. @throws {ConfigError} */
export function readParams(objective: Objective, raw: unknown): Readonly<Record<string, FieldValue>> {
  const given = fieldsOf(raw ?? {}, "params");
  const schema = withoutSliders(objective.params);
  const params = readStrict(schema, spelled(objective, paramsInOurWords(objective, given)));
  return params;
}

/** Says of demonstrations and rollouts that none of their tokens was scored. */
function emptyFeeds(written: Written): Metrics {
  const empty = Object.entries(written).filter(([, w]) => "scores" in w && !w.feed.mask.some((m) => m !== 0));
  return Object.fromEntries(empty.map(([name]) => [`${name}/tokens`, 0]));
}

/** An algorithm's own code may have another name for a knob, as a ratio to another one; both are read. */
function spelled(objective: Objective, given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const found = Object.entries(objective.spellings ?? {}).find(([name]) => given[name] !== undefined);
  if (!found) return given;
  const [name, { knob, times }] = found;
  const { [name]: ratio, ...rest } = given;
  if (rest[knob] !== undefined) refuse("params", `have either ${knob} or ${name}`, Object.keys(given));
  const values = readAll(withoutSliders(objective.params), rest).values;
  return { ...rest, [knob]: typeof ratio === "number" ? ratio * values[times] : ratio };
}

/** @throws {ConfigError} with every id. */
export function known(id: string): Objective {
  try {
    return objectiveById(idOf(id));
  } catch (error) {
    if (error instanceof RangeError) throw new ConfigError([{ key: "id", message: error.message }]);
    throw error;
  }
}

function readFeeds(objective: Objective, raw: unknown): Written {
  const fields = fieldsOf(inOurWords(raw, "feeds", objective.feeds), "feeds", objective.feeds);
  const missing = objective.feeds.find((name) => fields[name] === undefined);
  if (missing) refuse("feeds", `hold ${objective.feeds.join(" and ")} for ${objective.id}`, Object.keys(fields));
  const entries = objective.feeds.map((name) => {
    const read = name === "offlinePairs" || name === "onlinePairs" ? readPairs : readFeed;
    return [name, read(fields[name], `feeds.${name}`)] as const;
  });
  return Object.fromEntries(entries);
}

/** Every set of rows with its path. */
function sidesOf(written: Written): (readonly [path: string, rows: WrittenFeed])[] {
  return Object.entries(written).flatMap(([name, w]) => {
    if ("scores" in w) return [[`feeds.${name}`, w] as const];
    return [[`feeds.${name}.chosen`, w.chosen] as const, [`feeds.${name}.rejected`, w.rejected] as const];
  });
}

/** A score that the credit depends on, and that nobody gave, is an error and not a guess. */
function checkReads(objective: Objective, params: Readonly<Record<string, FieldValue>>, written: Written): void {
  for (const [name, w] of Object.entries(written) as [FeedName, WrittenFeed | WrittenPairs][]) {
    const reads = objective.reads?.(params, name) ?? [];
    for (const { scores, feed } of "scores" in w ? [w] : [w.chosen]) {
      const scored = feed.mask.some((m) => m !== 0);
      const lacks = {
        entropy: scored && scores.entropy.some(Number.isNaN),
        meanLogp: scored && !scores.meanLogp,
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

function feedOutput({ feed, logits }: WrittenFeed, credit: FeedCredit, { views }: ObjectiveOptions): FeedOutput {
  const rows = <X>(flat: ArrayLike<X>) =>
    Array.from({ length: feed.rows }, (_, b) =>
      Array.from({ length: feed.length }, (_, t) => flat[b * feed.length + t]!),
    );
  return {
    dLogp: rows(credit.dLogp),
    dEntropy: credit.dEntropy ? rows(credit.dEntropy) : null,
    ...(logits && { dLogits: rows(logitCredit(logits.scores, logits.labels, credit).map((row) => Array.from(row))) }),
    ...(views && { views: mapViews(credit, rows) }),
    ...(views && credit.pairLosses && { pairLosses: credit.pairLosses }),
  };
}

/** A view that is unknown, such as CLL without entropies, is left out. */
function mapViews({ views = {} }: FeedCredit, rows: (flat: ArrayLike<number>) => number[][]) {
  const knownViews = Object.entries(views).filter(([, values]) => !values.some(Number.isNaN));
  return Object.fromEntries(knownViews.map(([name, values]) => [name, rows(values)]));
}

function mapValues<A, B>(
  record: Partial<Record<FeedName, A>>,
  map: (value: A, name: FeedName) => B,
): Partial<Record<FeedName, B>> {
  const entries = Object.entries(record) as [FeedName, A][];
  return Object.fromEntries(entries.map(([name, value]) => [name, map(value, name)]));
}

/** Every algorithm, or the one named, with its feeds and knobs: the object that `lab objective --list --json` prints. @throws {ConfigError} */
export function listObjectives(id?: string) {
  return { objectives: (id === undefined ? OBJECTIVES : [known(id)]).map(listed), feedAliases: FEED_ALIASES };
}

function listed(objective: Objective) {
  const { id, title, family, summary, paper, formula, feeds, params } = objective;
  const read = requirementsOf(objective, (input) => runObjective(id, input));
  const aliases = aliasesOf(objective);
  return {
    id,
    title,
    family,
    summary,
    paper,
    formula,
    feeds,
    ...read,
    aliases,
    params: schemaJson(params, acceptedBy),
  };
}
