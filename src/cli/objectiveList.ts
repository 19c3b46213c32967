import type { FeedName, Objective } from "../lab/objectives/objective.ts";
import { ConfigError, type Field, type FieldValue } from "../lab/schema.ts";

/** What an algorithm asks of a batch, and what it reports. Found by trying, so that it is what the command does. */
interface Requirements {
  /** The fields without which a batch is refused, by feed, with the parameters' defaults. */
  readonly required: Readonly<Record<string, readonly string[]>>;
  /** What else is required with some value of a parameter, e.g. `klCoef > 0`: `rollouts.refLogp`. */
  readonly requiredWith: Readonly<Record<string, readonly string[]>>;
  /** Every metric that a batch with all fields gives, whatever the parameters. */
  readonly metrics: readonly string[];
}

type Run = (input: unknown) => { readonly metrics: Readonly<Record<string, number>> };
type Feed = Readonly<Record<string, unknown>>;

const SCORES = ["entropy", "meanLogp", "vocabSize"];
const OTHERS = ["oldLogp", "refLogp", "rewards", "groupSize"];

/** Four answers of two tokens, groups of two, with every field; the last answer is one token shorter. */
const TOKENS: Feed = (() => {
  const logp = [-0.5, -1, -1.5, -2].map((x) => [x, x / 2]);
  const shifted = (by: number) => logp.map((row) => row.map((x) => x - by));
  return {
    logp,
    entropy: shifted(-2.1),
    meanLogp: shifted(3),
    vocabSize: 12,
    mask: logp.map((_, b) => [1, b < 3 ? 1 : 0]),
    oldLogp: shifted(0.1),
    refLogp: shifted(0.2),
    rewards: [1, 0, 0, 1],
    groupSize: 2,
    advantages: [1, -1, -1, 1],
  };
})();

export function requirementsOf(objective: Objective, run: Run): Requirements {
  const base = missingOf(objective, run, {});
  const variations = Object.entries(objective.params).flatMap(([key, field]) => variationsOf(key, field));
  const requiredWith = variations.flatMap(({ label, params }) => {
    // One batch with the required fields alone says whether it is worth to look for the field that lacks.
    if (!fails(run, bareInput(objective, params, base))) return [];
    return [[label, missingOf(objective, run, params).filter((field) => !base.includes(field))] as const];
  });
  const metrics = new Set<string>();
  for (const params of [{}, ...variations.map((variation) => variation.params)]) {
    for (const name of Object.keys(run(inputOf(objective, params)).metrics)) metrics.add(name);
  }
  const required = objective.feeds.map((feed) => [feed, fieldsIn(feed, base)] as const);
  return {
    required: Object.fromEntries(required),
    requiredWith: Object.fromEntries(requiredWith),
    metrics: [...metrics],
  };
}

/** The required fields of a feed in words; scores beside logp come out of logits too. */
function fieldsIn(feed: FeedName, missing: readonly string[]): string[] {
  const own = missing.flatMap((path) => (path.startsWith(`${feed}.`) ? [path.slice(feed.length + 1)] : []));
  const scores = own.filter((name) => SCORES.includes(name));
  return [
    "mask",
    `${["logp", ...scores].join(" + ")} | logits + labels`,
    ...own.filter((name) => !SCORES.includes(name)),
  ];
}

function missingOf(objective: Objective, run: Run, params: Feed): string[] {
  const refused = (feed: FeedName, ...without: readonly string[]) =>
    fails(run, inputOf(objective, params, feed, without));
  return objective.feeds.flatMap((feed) => {
    const found = [...SCORES, ...OTHERS].filter((name) => refused(feed, name));
    if (!found.includes("rewards") && refused(feed, "advantages", "rewards"))
      found.push("advantages | rewards + groupSize");
    return found.map((name) => `${feed}.${name}`);
  });
}

function inputOf({ feeds }: Objective, params: Feed, from?: FeedName, without: readonly string[] = []) {
  const entries = feeds.map((feed) => {
    const kept = Object.entries(TOKENS).filter(([name]) => feed !== from || !without.includes(name));
    const tokens = Object.fromEntries(kept);
    const isPairs = feed === "offlinePairs" || feed === "onlinePairs";
    return [feed, isPairs ? { chosen: tokens, rejected: tokens, prompts: 4, mismatched: TOKENS } : tokens];
  });
  return { params, feeds: Object.fromEntries(entries) };
}

/** A batch with what `base` lists, and advantages, alone. */
function bareInput(objective: Objective, params: Feed, base: readonly string[]) {
  const input = inputOf(objective, params);
  const entries = Object.entries(input.feeds as Readonly<Record<string, Feed>>).map(([feed, fields]) => {
    const optional = [...SCORES, ...OTHERS].filter((name) => !base.includes(`${feed}.${name}`));
    const bare = (tokens: Feed) =>
      Object.fromEntries(Object.entries(tokens).filter(([name]) => !optional.includes(name)));
    if (!("chosen" in fields)) return [feed, bare(fields)] as const;
    return [feed, { chosen: bare(fields.chosen as Feed), rejected: bare(fields.rejected as Feed) }] as const;
  });
  return { ...input, feeds: Object.fromEntries(entries) };
}

function fails(run: Run, input: unknown): boolean {
  try {
    run(input);
    return false;
  } catch (error) {
    if (error instanceof ConfigError) return true;
    throw error;
  }
}

/** Values of a knob that may ask for more than its default does. */
function variationsOf(key: string, { kind, initial, options = [] }: Field) {
  const variation = (label: string, value: FieldValue) => ({ label, params: { [key]: value } });
  const others = options.filter(({ value }) => value !== initial);
  if (kind === "choice") return others.map(({ value }) => variation(`${key} = ${value}`, value));
  return kind === "real" && initial === 0 ? [variation(`${key} > 0`, 0.1)] : [];
}
