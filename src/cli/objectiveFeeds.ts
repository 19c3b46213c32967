import type { FeedScores, PairFeed, TokenFeed } from "../lab/objectives/objective.ts";
import { type LogitScores, scoreLogits } from "../lab/objectives/terms/logitScores.ts";
import { ConfigError, quote } from "../lab/schema.ts";

/** A feed as somebody wrote it down: the numbers, what the policy said about them, and where they came from. */
export interface WrittenFeed {
  readonly feed: TokenFeed;
  readonly scores: FeedScores;
  /** Set where logits were given, so that a credit can be carried back to them. */
  readonly logits?: { readonly scores: LogitScores; readonly labels: Float64Array };
}

export interface WrittenPairs {
  readonly feed: PairFeed;
  readonly chosen: WrittenFeed;
  readonly rejected: WrittenFeed;
}

type Fields = Readonly<Record<string, unknown>>;

/** @throws {ConfigError} always: one sentence. */
export function refuse(path: string, must: string, got: unknown): never {
  throw new ConfigError([{ key: path, message: `${path} must ${must}, got ${quote(got)}.` }]);
}

/** A plain object with no other keys than `known`. @throws {ConfigError} */
export function fieldsOf(raw: unknown, path: string, known: readonly string[]): Fields {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) refuse(path, "be an object", raw);
  const unknown = Object.keys(raw).find((key) => !known.includes(key));
  if (unknown !== undefined) refuse(path, `have no other keys than ${known.join(", ")}`, unknown);
  return raw as Fields;
}

const FEED_KEYS = [
  ...["logits", "labels", "logp", "entropy", "meanLogp", "vocabSize", "mask"],
  ...["oldLogp", "refLogp", "rewards", "groupSize", "advantages"],
];

/** Reads one feed. What stands where the mask is 0 is not looked at. @throws {ConfigError} */
export function readFeed(raw: unknown, path: string): WrittenFeed {
  const fields = fieldsOf(raw, path, FEED_KEYS);
  if ((fields.logits === undefined) === (fields.logp === undefined))
    refuse(path, "have either logits or logp", Object.keys(fields));
  const source = fields.logits === undefined ? "logp" : "logits";
  const outer = listOf(fields[source], `${path}.${source}`);
  const rows = outer.length;
  const length = rows > 0 ? listOf(outer[0], `${path}.${source}[0]`).length : 0;
  if (fields.mask === undefined)
    refuse(`${path}.mask`, `be there, [${rows}][${length}]: 1 where a token is scored`, undefined);
  const mask = maskOf(fields.mask, `${path}.mask`, rows, length);
  const perToken = (name: string) =>
    fields[name] === undefined ? undefined : matrix(fields[name], `${path}.${name}`, rows, length, mask);
  const perRow = (name: string) =>
    fields[name] === undefined ? undefined : vector(fields[name], `${path}.${name}`, rows);
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
  if (source === "logits") return { feed, ...fromLogits(fields, path, outer, feed) };
  const unknown = () => mask.map((m) => (m ? Number.NaN : 0));
  const scores: FeedScores = {
    logp: perToken("logp")!,
    entropy: perToken("entropy") ?? unknown(),
    meanLogp: perToken("meanLogp"),
    vocabSize: wholeNumber(fields.vocabSize, `${path}.vocabSize`, 2) ?? 0,
  };
  return { feed, scores };
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
    const values = vector(logits, where(i), vocabSize);
    if (!values.some(Number.isFinite)) refuse(where(i), "have a finite logit", logits);
    return values;
  });
  if (fields.labels === undefined) refuse(`${path}.labels`, "be there beside logits", undefined);
  const labels = matrix(fields.labels, `${path}.labels`, feed.rows, feed.length, feed.mask);
  labels.forEach((label, i) => {
    if (feed.mask[i] && !(Number.isInteger(label) && label >= 0 && label < vocabSize))
      refuse(`${path}.labels`, `be whole numbers from 0 to ${vocabSize - 1} where mask is 1`, label);
  });
  const width = Math.max(0, ...positions.map((logits) => (Array.isArray(logits) ? logits.length : 0)));
  const scores = scoreLogits(table, labels, feed.mask, vocabSize || width);
  return { scores, logits: { scores, labels } };
}

/** Reads chosen and rejected; their lengths may differ, and for unpaired methods their rows. @throws {ConfigError} */
export function readPairs(raw: unknown, path: string): WrittenPairs {
  const fields = fieldsOf(raw, path, ["chosen", "rejected", "prompts", "mismatched"]);
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
  if (typeof raw !== "number" || !Number.isInteger(raw) || raw < least)
    refuse(path, `be a whole number from ${least}`, raw);
  return raw;
}

function listOf(raw: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(raw)) refuse(path, "be a list", raw);
  return raw;
}

/** [rows][length] flattened; with a mask, 0 where nothing is scored. */
function matrix(raw: unknown, path: string, rows: number, length: number, mask?: ArrayLike<number>): Float64Array {
  const outer = listOf(raw, path);
  if (outer.length !== rows) refuse(path, `have ${rows} rows`, outer.length);
  const result = new Float64Array(rows * length);
  outer.forEach((row, b) => {
    const at = `${path}[${b}]`;
    const list = listOf(row, at);
    if (list.length !== length) refuse(at, `have ${length} positions`, list.length);
    list.forEach((x, t) => {
      if (!mask || mask[b * length + t]) result[b * length + t] = numberAt(x, `${at}[${t}]`);
    });
  });
  return result;
}

function vector(raw: unknown, path: string, length: number): Float64Array {
  const list = listOf(raw, path);
  if (list.length !== length) refuse(path, `have ${length} numbers`, list.length);
  return Float64Array.from(list, (x, i) => numberAt(x, `${path}[${i}]`));
}

/** 1 and 0, or true and false. */
function maskOf(raw: unknown, path: string, rows: number, length: number): Float64Array {
  const plain = listOf(raw, path).map((row) =>
    Array.isArray(row) ? row.map((m) => (typeof m === "boolean" ? Number(m) : m)) : row,
  );
  const mask = matrix(plain, path, rows, length);
  const odd = mask.find((m) => m !== 0 && m !== 1);
  if (odd !== undefined) refuse(path, "hold 0 and 1 only", odd);
  return mask;
}

/** −∞ (written −1e999) is a logit or a log-probability; +∞ and NaN are nothing. */
function numberAt(x: unknown, path: string): number {
  if (typeof x !== "number" || Number.isNaN(x) || x === Number.POSITIVE_INFINITY) refuse(path, "be a number", x);
  return x;
}
