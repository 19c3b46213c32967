import * as v from "valibot";
import type { TokenRow } from "../train/report.ts";
import { ascending, fields, list, map, numbers, real, step, text, whole } from "./fileSchema.ts";
import { PARTS } from "./sampleFile.ts";
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

/** Far more than the page writes: rows of a step, tokens of a row, steps and columns of a run. */
const MOST = { rows: 512, tokens: 4096, steps: 1000 };
const numbersOf = numbers(MOST.tokens);
const tokens = v.pipe(
  list(text(100), MOST.tokens),
  v.minLength(1, ({ input }) => `must have at least one token, got ${input.length}`),
);

/** One number for each token in every list of a row. */
const perToken = (length: number, lists: Readonly<Record<string, unknown>>) =>
  Object.entries(lists).find(([, values]) => !Array.isArray(values) || values.length !== length);

/** What float32 and rounding to {@link DIGITS} may add to a bound. */
const ROUNDING = 1e-3;

/** The first number that no policy can have said of a token. */
function impossible(logp: unknown, entropy: unknown) {
  const find = (list: unknown, fits: (x: number) => boolean) => Array.isArray(list) && list.find((x) => !fits(x));
  const above = find(logp, (x) => x <= ROUNDING);
  if (typeof above === "number") return { message: ": its log-probabilities must be at most 0", input: above };
  const below = find(entropy, (x) => x >= -ROUNDING);
  return typeof below === "number" ? { message: ": its entropies must be at least 0", input: below } : undefined;
}

/** What a row says beside its numbers, in files as in the archive. */
export const ROW_WORDS = {
  feed: text(100),
  prompt: text(10_000),
  writer: v.optional(text(100)),
  reward: v.optional(real(-1e6, 1e6)),
  parts: v.optional(PARTS),
  batch: v.optional(fields({ rows: whole(0, 1e6), tokens: whole(0, 1e9), length: whole(0, 1e6) })),
};

export const TOKEN_ROW = v.pipe(
  fields({
    ...ROW_WORDS,
    tokens,
    logp: v.unknown(),
    entropy: v.unknown(),
    weight: v.unknown(),
    views: v.optional(map(32), {}),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { tokens: of, logp, entropy, weight, views } = dataset.value;
    const wrong = Object.entries({ logp, entropy, weight, ...views }).find(
      ([, values]) => !v.is(numbersOf, values) || values.length !== of.length,
    );
    const odd = wrong ? undefined : impossible(logp, entropy);
    if (odd) addIssue(odd);
    if (!wrong) return;
    addIssue({ message: `: its ${wrong[0]} must be ${of.length} numbers, one for each token`, input: wrong[1] });
  }),
  v.transform(({ writer, reward, parts, batch, ...row }): TokenRow => {
    const given = {
      ...(writer !== undefined && { writer }),
      ...(reward !== undefined && { reward }),
      ...(parts && { parts }),
    };
    return { ...(row as Omit<TokenRow, "writer" | "reward" | "parts" | "batch">), ...given, ...(batch && { batch }) };
  }),
);

export const TOKEN_STEPS = ascending(fields({ step, rows: list(TOKEN_ROW, MOST.rows) }), MOST.steps);

export const WATCHED = v.pipe(
  fields({
    rows: list(fields({ prompt: text(10_000), tokens }), 64),
    columns: ascending(fields({ step, scores: list(fields({ logp: numbersOf, entropy: numbersOf }), 64) }), MOST.steps),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { rows, columns } = dataset.value;
    for (const { scores } of columns) {
      if (scores.length !== rows.length) {
        addIssue({ message: `: a column must have scores of ${rows.length} rows`, input: scores.length });
        return;
      }
      const wrong = scores.findIndex((score, row) => perToken(rows[row]!.tokens.length, { ...score }));
      if (wrong < 0) continue;
      addIssue({
        message: `: there must be ${rows[wrong]!.tokens.length} numbers, one for each token`,
        input: scores[wrong],
      });
      return;
    }
  }),
);

/** The tokens that a file holds; undefined where it holds none, as files of earlier builds do. */
export function tokensOf(file: {
  readonly tokens?: v.InferOutput<typeof TOKEN_STEPS> | undefined;
  readonly watched?: v.InferOutput<typeof WATCHED> | undefined;
}): TokenRecord | undefined {
  const { tokens: steps, watched } = file;
  if (steps === undefined && watched === undefined) return undefined;
  const columns = watched?.columns.map(({ step, scores }) => ({
    step,
    scores: scores.map((score) => ({
      logp: Float32Array.from(score.logp),
      entropy: Float32Array.from(score.entropy),
    })),
  }));
  return bounded({ steps: steps ?? [], ...(watched && { watched: { rows: watched.rows, columns: columns! } }) });
}
