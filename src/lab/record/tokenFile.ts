import { quote } from "../schema.ts";
import type { TokenRow } from "../train/report.ts";
import { bounded, type TokenRecord, type TokenStep, type WatchedRecord } from "./tokenRecord.ts";

/** The tokens of a run in its file: plain lists of numbers at 5 significant digits, so that anybody can read them. */
export interface TokenFile {
  readonly tokens?: readonly TokenStep[];
  readonly watched?: {
    readonly rows: WatchedRecord["rows"];
    readonly columns: readonly {
      readonly step: number;
      readonly scores: readonly { readonly logp: readonly number[]; readonly entropy: readonly number[] }[];
    }[];
  };
}

/** An account of a credit is exact within 1e-4 of it; so are these digits. */
const DIGITS = 5;

const short = (values: ArrayLike<number>) =>
  Array.from(values, (value) => (Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : 0));

export function tokenFile({ steps, watched }: TokenRecord): TokenFile {
  return {
    ...(steps.length > 0 && { tokens: steps.map(({ step, rows }) => ({ step, rows: rows.map(shortRow) })) }),
    ...(watched &&
      watched.columns.length > 0 && {
        watched: {
          rows: watched.rows,
          columns: watched.columns.map(({ step, scores }) => ({
            step,
            scores: scores.map(({ logp, entropy }) => ({ logp: short(logp), entropy: short(entropy) })),
          })),
        },
      }),
  };
}

function shortRow(row: TokenRow): TokenRow {
  const views = Object.entries(row.views).map(([name, values]) => [name, short(values)]);
  const { logp, entropy, weight } = row;
  return {
    ...row,
    ...{ logp: short(logp), entropy: short(entropy), weight: short(weight), views: Object.fromEntries(views) },
  };
}

/** Undefined where a file holds none, as files of earlier builds do. @throws {Error} in one sentence. */
export function readTokenFile(file: Readonly<Record<string, unknown>>): TokenRecord | undefined {
  const { tokens, watched } = file;
  if (tokens === undefined && watched === undefined) return undefined;
  const steps = inOrder(tokens ?? [], "tokens", (one) => ({ rows: list(one.rows, "the rows of a step").map(rowOf) }));
  return bounded({ steps, ...(watched !== undefined && { watched: watchedOf(watched) }) });
}

function watchedOf(value: unknown): WatchedRecord {
  const { rows, columns } = object(value, "watched");
  const read = list(rows, "watched rows").map((one) => {
    const { prompt, tokens } = object(one, "a watched row");
    return { prompt: text(prompt), tokens: list(tokens, "tokens").map(text) };
  });
  return {
    rows: read,
    columns: inOrder(columns, "watched columns", (one) => {
      const scores = list(one.scores, "the scores of a column");
      must(scores.length === read.length, `a column must have scores of ${read.length} rows`, scores.length);
      return {
        scores: scores.map((given, row) => {
          const { logp, entropy } = object(given, "scores");
          const T = read[row]!.tokens.length;
          return { logp: Float32Array.from(numbers(logp, T)), entropy: Float32Array.from(numbers(entropy, T)) };
        }),
      };
    }),
  };
}

function rowOf(value: unknown): TokenRow {
  const row = object(value, "a row of tokens");
  const tokens = list(row.tokens, "a row's tokens").map(text);
  const T = tokens.length;
  must(T > 0, "a row must have at least one token", T);
  const views = Object.entries(object(row.views ?? {}, "views")).map(([name, of]) => [name, numbers(of, T)]);
  const batch = row.batch === undefined ? undefined : object(row.batch, "a row's batch");
  const [rows, all, length] = batch ? numbers([batch.rows, batch.tokens, batch.length], 3) : [];
  return {
    feed: text(row.feed),
    prompt: text(row.prompt),
    tokens,
    logp: numbers(row.logp, T),
    entropy: numbers(row.entropy, T),
    weight: numbers(row.weight, T),
    views: Object.fromEntries(views),
    ...(row.reward !== undefined && { reward: numbers([row.reward], 1)[0]! }),
    ...(batch && { batch: { rows: rows!, tokens: all!, length: length! } }),
  };
}

function inOrder<X>(value: unknown, what: string, read: (one: Readonly<Record<string, unknown>>) => X) {
  let before = -1;
  return list(value, what).map((given) => {
    const one = object(given, `one of the ${what}`);
    const step = one.step as number;
    must(Number.isInteger(step) && step > before, `${what} must be of ascending steps`, step);
    before = step;
    return { step, ...read(one) };
  });
}

function must(holds: boolean, what: string, got: unknown): void {
  if (!holds) throw new Error(`In a run's tokens, ${what}, got ${quote(got)}.`);
}

function object(value: unknown, what: string): Readonly<Record<string, unknown>> {
  must(typeof value === "object" && value !== null && !Array.isArray(value), `${what} must be a JSON object`, value);
  return value as Record<string, unknown>;
}

function list(value: unknown, what: string): readonly unknown[] {
  must(Array.isArray(value), `${what} must be a list`, value);
  return value as unknown[];
}

function text(value: unknown): string {
  must(typeof value === "string", "prompts, tokens and feeds must be text", value);
  return value as string;
}

function numbers(value: unknown, count: number): number[] {
  const fits = Array.isArray(value) && value.length === count && value.every((one) => Number.isFinite(one));
  must(fits, `there must be ${count} numbers, one for each token`, value);
  return value as number[];
}
