import type { FeedScores, PairFeed, TokenFeed } from "../lab/objectives/objective.ts";
import { type LogitScores, scoreLogits } from "../lab/objectives/terms/logitScores.ts";
import { ConfigError } from "../lab/schema.ts";
import { inOurWords } from "./objectiveNames.ts";
import {
  counted,
  entropyUpTo,
  finite,
  logit,
  logProbability,
  meanLogProbability,
  type Reader,
} from "./objectiveNumbers.ts";
import { refuse } from "./refuse.ts";

/** A feed as somebody wrote it down: the numbers, what the policy said about them, and where they came from. */
export interface WrittenFeed {
  readonly feed: TokenFeed;
  readonly scores: FeedScores;
  /** What of it is odd but usable, in sentences. */
  readonly notes?: readonly string[];
  /** Set where logits were given, so that a credit can be carried back to them. */
  readonly logits?: { readonly scores: LogitScores; readonly labels: Float64Array };
}

export interface WrittenPairs {
  readonly feed: PairFeed;
  readonly chosen: WrittenFeed;
  readonly rejected: WrittenFeed;
}

type Fields = Readonly<Record<string, unknown>>;

/** A plain object, with no other keys than `known` where that is given. @throws {ConfigError} */
export function fieldsOf(raw: unknown, path: string, known?: readonly string[]): Fields {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) refuse(path, "be an object", raw);
  const unknown = known && Object.keys(raw).find((key) => !known.includes(key));
  if (known && unknown !== undefined) refuse(path, `have no other keys than ${known.join(", ")}`, unknown);
  return raw as Fields;
}

const FEED_KEYS = [
  ...["logits", "labels", "logp", "entropy", "meanLogp", "vocabSize", "mask"],
  ...["oldLogp", "refLogp", "rewards", "groupSize", "advantages"],
];

/** Reads one feed. What stands where the mask is 0 is not looked at. @throws {ConfigError} */
export function readFeed(raw: unknown, path: string): WrittenFeed {
  const fields = fieldsOf(inOurWords(raw, path, FEED_KEYS), path, FEED_KEYS);
  if ((fields.logits === undefined) === (fields.logp === undefined))
    refuse(path, "have either logits or logp", Object.keys(fields));
  const source = fields.logits === undefined ? "logp" : "logits";
  const outer = listOf(fields[source], `${path}.${source}`);
  const rows = outer.length;
  const length = rows > 0 ? listOf(outer[0], `${path}.${source}[0]`).length : 0;
  if (fields.mask === undefined)
    refuse(`${path}.mask`, `be there, [${rows}][${length}]: 1 where a token is scored`, undefined);
  const mask = maskOf(fields.mask, `${path}.mask`, rows, length);
  const perToken = (name: string, read: Reader = logProbability) =>
    fields[name] === undefined ? undefined : matrix(fields[name], `${path}.${name}`, rows, length, read, mask);
  const perRow = (name: string) =>
    fields[name] === undefined ? undefined : vector(fields[name], `${path}.${name}`, rows, finite);
  const feed: TokenFeed = {
    rows,
    length,
    mask,
    oldLogp: perToken("oldLogp"),
    refLogp: perToken("refLogp"),
    rewards: perRow("rewards"),
    advantages: perRow("advantages"),
    groupSize: wholeNumber(fields.groupSize, `${path}.groupSize`, 1),
  };
  if (feed.groupSize !== undefined && rows % feed.groupSize !== 0)
    refuse(`${path}.groupSize`, `divide the ${rows} rows of ${path.replace("feeds.", "")}`, feed.groupSize);
  if (source === "logits") return { feed, ...fromLogits(fields, path, outer, feed) };
  const unknown = () => mask.map((m) => (m ? Number.NaN : 0));
  const vocabSize = wholeNumber(fields.vocabSize, `${path}.vocabSize`, 2) ?? 0;
  perToken("labels", counted(vocabSize || Number.MAX_SAFE_INTEGER));
  // Reference cases write log π as log π_old + ln r, which may pass 0; there the difference is all that is read.
  const byRatio = path === "feeds.rollouts" && fields.oldLogp !== undefined;
  const logp = perToken("logp", byRatio ? logit : logProbability)!;
  const above = byRatio ? logp.find((x) => logProbability(x) !== undefined) : undefined;
  const scores: FeedScores = {
    logp,
    entropy: perToken("entropy", finite) ?? unknown(),
    meanLogp: perToken("meanLogp", meanLogProbability(vocabSize)),
    vocabSize,
  };
  const notes = [`${path}.logp holds ${above}, above 0: only its difference from oldLogp has a meaning.`];
  return { feed, scores, ...(above !== undefined && { notes }) };
}

/** @throws {ConfigError} where an entropy that was given is below 0 or above ln V, 1e-6 for rounding aside */
export function checkEntropy({ scores, feed, logits }: WrittenFeed, path: string): void {
  if (logits) return;
  const read = entropyUpTo(scores.vocabSize);
  scores.entropy.forEach((x, i) => {
    const must = feed.mask[i] && !Number.isNaN(x) ? read(x) : undefined;
    if (must !== undefined) refuse(`${path}.entropy[${Math.floor(i / feed.length)}][${i % feed.length}]`, must, x);
  });
}

function fromLogits(fields: Fields, path: string, outer: readonly unknown[], feed: TokenFeed) {
  const extra = ["entropy", "meanLogp", "vocabSize"].find((name) => fields[name] !== undefined);
  if (extra) refuse(path, "have no entropy, meanLogp or vocabSize beside logits, which give them", extra);
  const positions = outer.flatMap((row, b) => {
    const list = listOf(row, `${path}.logits[${b}]`);
    if (list.length !== feed.length) refuse(`${path}.logits[${b}]`, `have ${feed.length} positions`, list.length);
    return list;
  });
  const first = positions.findIndex((_, i) => feed.mask[i] === 1);
  const vocabSize = first < 0 ? 0 : listOf(positions[first], `${path}.logits`).length;
  const where = (i: number) => `${path}.logits[${Math.floor(i / feed.length)}][${i % feed.length}]`;
  const table = positions.map((logits, i) => {
    if (!feed.mask[i]) return new Float64Array(0);
    const values = vector(logits, where(i), vocabSize, logit);
    if (!values.some(Number.isFinite)) refuse(where(i), "have a finite logit", logits);
    return values;
  });
  if (fields.labels === undefined) refuse(`${path}.labels`, "be there beside logits", undefined);
  const labels = matrix(fields.labels, `${path}.labels`, feed.rows, feed.length, counted(vocabSize), feed.mask);
  const width = positions.reduce<number>((most, row) => Math.max(most, Array.isArray(row) ? row.length : 0), 0);
  const scores = scoreLogits(table, labels, feed.mask, vocabSize || width);
  return { scores, logits: { scores, labels } };
}

/** Reads chosen and rejected; their lengths may differ, and for unpaired methods their rows. @throws {ConfigError} */
export function readPairs(raw: unknown, path: string): WrittenPairs {
  const keys = ["chosen", "rejected", "prompts", "mismatched"];
  const fields = fieldsOf(inOurWords(raw, path, keys), path, keys);
  for (const side of ["chosen", "rejected"])
    if (fields[side] === undefined) refuse(path, "have chosen and rejected", Object.keys(fields));
  const chosen = readFeed(fields.chosen, `${path}.chosen`);
  const rejected = readFeed(fields.rejected, `${path}.rejected`);
  const feed: PairFeed = {
    chosen: chosen.feed,
    rejected: rejected.feed,
    prompts: wholeNumber(fields.prompts, `${path}.prompts`, 0),
    mismatched: fields.mismatched === undefined ? undefined : readMismatched(fields.mismatched, `${path}.mismatched`),
  };
  return { feed, chosen, rejected };
}

function readMismatched(raw: unknown, path: string): NonNullable<PairFeed["mismatched"]> {
  const { feed, scores } = readFeed(raw, path);
  if (!feed.refLogp) refuse(path, "have refLogp", Object.keys(raw as Fields));
  return { logp: scores.logp, refLogp: feed.refLogp, mask: feed.mask, rows: feed.rows };
}

/** A number counted from `least`, or nothing. */
export function wholeNumber(raw: unknown, path: string, least: number): number | undefined {
  if (raw === undefined) return undefined;
  if (typeof raw !== "number" || !Number.isSafeInteger(raw) || raw < least)
    refuse(path, `be a whole number from ${least}${Number.isInteger(raw) ? " to 2^53 − 1" : ""}`, raw);
  return raw + 0;
}

function listOf(raw: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(raw)) refuse(path, "be a list", raw);
  return raw;
}

/** [rows][length] flattened; with a mask, 0 where nothing is scored. */
function matrix(
  raw: unknown,
  path: string,
  rows: number,
  length: number,
  read: Reader,
  mask?: ArrayLike<number>,
): Float64Array {
  const outer = listOf(raw, path);
  if (outer.length !== rows) refuse(path, `have ${rows} rows`, outer.length);
  const result = new Float64Array(rows * length);
  outer.forEach((row, b) => {
    const at = `${path}[${b}]`;
    const list = listOf(row, at);
    if (list.length !== length) refuse(at, `have ${length} positions`, list.length);
    list.forEach((x, t) => {
      if (!mask || mask[b * length + t]) result[b * length + t] = numberAt(x, `${at}[${t}]`, read);
    });
  });
  return result;
}

function vector(raw: unknown, path: string, length: number, read: Reader): Float64Array {
  const list = listOf(raw, path);
  if (list.length !== length) refuse(path, `have ${length} numbers`, list.length);
  return Float64Array.from(list, (x, i) => numberAt(x, `${path}[${i}]`, read));
}

/** 1 and 0, or true and false. */
function maskOf(raw: unknown, path: string, rows: number, length: number): Float64Array {
  const plain = listOf(raw, path).map((row) =>
    Array.isArray(row) ? row.map((m) => (typeof m === "boolean" ? Number(m) : m)) : row,
  );
  const mask = matrix(plain, path, rows, length, finite);
  const odd = mask.findIndex((m) => m !== 0 && m !== 1);
  if (odd >= 0) {
    const where = `[${Math.floor(odd / length)}][${odd % length}]`;
    throw new ConfigError([{ key: path, message: `${path} must hold 0 and 1 only, got ${mask[odd]} at ${where}.` }]);
  }
  return mask;
}

function numberAt(x: unknown, path: string, read: Reader): number {
  if (typeof x !== "number" || Number.isNaN(x)) refuse(path, "be a number", x);
  const must = read(x);
  if (must !== undefined) refuse(path, must, x);
  return x + 0; // −0 is 0
}
