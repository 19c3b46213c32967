import type { FixedMetric, Metrics } from "../../metrics.ts";
import { choice, type Field, int } from "../../schema.ts";
import type { ExplainedRow, Explanation, Numbers, Term, TokenContext, TokenFeed, View, Written } from "../objective.ts";

/*
 * What every objective does with a batch: reads its scored tokens, takes the mean of their losses, writes that mean in TeX, and
 * explains it for one token.
 */

/** A feed lacks what an objective asks for. The message says what must hold and what came. */
export class FeedError extends Error {
  override readonly name = "FeedError";
}

/**
 * What log π = −∞ counts as, so that a token of probability 0 gives a large finite loss: a number whose exponential is
 * already 0. Finite log-probabilities, however small, pass as they are.
 */
const LOGP_FLOOR = -750;

export function floorLogp(logp: number): number {
  return logp === Number.NEGATIVE_INFINITY ? LOGP_FLOOR : logp;
}

export function clamp(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}

/** `count` vectors of `size` zeros each. One allocation for all: in a step it costs more than the numbers in it. */
export function vectors(count: number, size: number): Float64Array[] {
  const block = new Float64Array(count * size);
  const parts: Float64Array[] = [];
  for (let i = 0; i < count; i++) parts.push(block.subarray(i * size, (i + 1) * size));
  return parts;
}

/** The values where the mask is not 0, in order. */
export function scored(values: Numbers, mask: Numbers): Float64Array {
  let count = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i]) count++;
  const kept = new Float64Array(count);
  for (let i = 0, k = 0; i < mask.length; i++) if (mask[i]) kept[k++] = values[i]!;
  return kept;
}

/** Share of scored tokens with π(y) = 0 in float64; undefined where there is none. */
export function zeroShare(logp: Numbers, mask: Numbers): number | undefined {
  let zeros = 0;
  let count = 0;
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    count++;
    // The exponential is 0 below -745 only, and costs more than all else here.
    if (logp[i]! < -700 && Math.exp(logp[i]!) === 0) zeros++;
  }
  return zeros > 0 ? zeros / count : undefined;
}

/** Mean over scored tokens; undefined where nothing is scored or a value is unknown (NaN). */
export function scoredMean(values: Numbers, mask: Numbers): number | undefined {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    sum += values[i]!;
    count++;
  }
  return count > 0 && !Number.isNaN(sum) ? sum / count : undefined;
}

/** Metrics without those that have no value now; what each is stands in lab/metrics.ts. */
export function present(values: { readonly [name in FixedMetric]?: number | undefined }): Metrics {
  const metrics: Record<string, number> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && !Number.isNaN(value)) metrics[name] = value;
  }
  return metrics;
}

export type Aggregation =
  | "token-mean"
  | "sequence-mean-token-mean"
  | "sequence-mean-token-sum"
  | "sequence-mean-token-sum-norm"
  | "dr-grpo";

const modes = choice<Aggregation>(
  "token-mean",
  [
    { value: "token-mean", label: "Token mean", help: "Every token counts the same, in whichever answer it stands." },
    {
      value: "sequence-mean-token-mean",
      label: "Mean over answers of token means",
      help: "Every answer counts the same, so a token in a long answer counts less.",
    },
    {
      value: "sequence-mean-token-sum",
      label: "Mean over answers of token sums",
      help: "No length normalisation: long answers count more.",
    },
    {
      value: "sequence-mean-token-sum-norm",
      label: "Token sum over a constant",
      help: "The sum of all tokens divided by the norm below.",
    },
    {
      value: "dr-grpo",
      label: "Token sum over answers × a constant",
      help: "As Dr. GRPO: no answer's length changes the weight of its tokens.",
    },
  ],
  {
    label: "Aggregation",
    help: "How the losses of single tokens become one number.",
    source: "Trinity-RFT trinity/algorithm/utils.py; dr-grpo as TRL",
  },
);

/** How token losses become one loss. Also reads the short spelling, e.g. `seq-mean-token-sum`. */
export const aggregation: Field<Aggregation> = {
  ...modes,
  read: (raw, name) => modes.read(typeof raw === "string" ? raw.replace(/^seq-/, "sequence-") : raw, name),
};

const aggregationNorm = int(
  0,
  { min: 0, max: 1_000_000, log: true },
  {
    label: "Aggregation norm",
    help: "The constant that the two normalised sums divide by; 0 is the length of the batch in tokens.",
    unit: "tokens",
    source: "Trinity-RFT seq-mean-token-sum-norm; TRL dr_grpo's max_completion_length",
  },
);

export type MaskedRows = "count" | "leave-out";

const maskedRows = choice<MaskedRows>(
  "count",
  [
    { value: "count", label: "Count", help: "They count as answers of loss 0: Trinity-RFT." },
    { value: "leave-out", label: "Leave out", help: "The mean is over answers with a scored token: verl, tunix." },
  ],
  {
    label: "Answers without a scored token",
    help: "Whether rows that are masked as a whole count in means over answers; a token mean never sees them.",
    source: "Trinity-RFT; verl agg_loss, tunix",
  },
);

/** The knobs that every token-level objective has. */
export const aggregationKnobs = { aggregation, aggregationNorm, maskedRows };

export interface AggregationValues {
  readonly aggregation: Aggregation;
  readonly aggregationNorm: number;
  /** `count` where absent. */
  readonly maskedRows?: MaskedRows;
}

/**
 * c [B, T] with loss = Σ c_t ℓ_t: 0 where nothing is scored, so a batch without a scored token has loss 0. Rows without
 * a scored token still count as rows, as in Trinity-RFT, unless `maskedRows` leaves them out: of three rows of one token
 * each, one of them masked, c is ⅓ and ½. Trinity's 1e-8 in the denominator is replaced by that guard.
 * `skipped` rows are no part of the batch at all.
 */
export function tokenScale(
  feed: Pick<TokenFeed, "rows" | "length" | "mask"> & { readonly skipped?: number },
  values: AggregationValues,
): Float64Array {
  const { rows, length, mask, skipped = 0 } = feed;
  const scale = new Float64Array(rows * length); // [B, T]
  const counts = rowCounts(feed); // [B]
  const total = counts.reduce((sum, count) => sum + count, 0);
  const answers = values.maskedRows === "leave-out" ? counts.filter((count) => count > 0).length : rows - skipped;
  for (let b = 0; b < rows; b++) {
    const weight = 1 / divisorOf(values, answers, length, counts[b]!, total);
    for (let t = b * length; t < (b + 1) * length; t++) if (mask[t]) scale[t] = weight;
  }
  return scale;
}

/** What a token's loss is divided by: `count` tokens of its row are scored, `total` of all rows. */
function divisorOf(values: AggregationValues, rows: number, length: number, count: number, total: number): number {
  const norm = values.aggregationNorm || length;
  switch (values.aggregation) {
    case "token-mean":
      return total;
    case "sequence-mean-token-mean":
      return rows * count;
    case "sequence-mean-token-sum":
      return rows;
    case "sequence-mean-token-sum-norm":
      return norm;
    case "dr-grpo":
      return rows * norm;
  }
}

/** Scored tokens of each row. [B] */
export function rowCounts({ rows, length, mask }: Pick<TokenFeed, "rows" | "length" | "mask">): number[] {
  const counts: number[] = [];
  for (let b = 0; b < rows; b++) {
    let count = 0;
    for (let t = b * length; t < (b + 1) * length; t++) if (mask[t]) count++;
    counts.push(count);
  }
  return counts;
}

const FACTOR: Readonly<Record<Exclude<Aggregation, "token-mean">, string>> = {
  "sequence-mean-token-mean": "\\frac{1}{B\\,T_i}",
  "sequence-mean-token-sum": "\\frac{1}{B}",
  "sequence-mean-token-sum-norm": "\\frac{1}{L}",
  "dr-grpo": "\\frac{1}{B\\,L}",
};

/** TeX of the sum over tokens with its factor, and the factor's definition where it is not 1/N. */
export function sumTex(
  aggregation: Aggregation,
  index = "t",
): { readonly sum: string; readonly where: readonly string[] } {
  if (aggregation === "token-mean") return { sum: `\\frac{1}{N}\\sum_{${index}}`, where: [] };
  return { sum: `\\sum_{${index}} c_{${index}}\\,`, where: [`c_{${index}} = ${FACTOR[aggregation]}`] };
}

/** Text and numbers from a template; a factor's numbers may stand in it. */
export function written(texts: TemplateStringsArray, ...values: readonly (number | string | Written)[]): Written {
  return texts.flatMap((text, i): Written => {
    const value = values[i];
    const before = text === "" ? [] : [text];
    if (value === undefined) return before;
    return typeof value === "object" ? [...before, ...value] : [...before, value];
  });
}

/** A factor that is one number. */
export function factor(symbols: string, value: number): Term {
  return { symbols, numbers: [value], value };
}

/** A token that is not pushed, and why. */
export function unpushed(why: string): Term {
  return { symbols: `0, ${why}`, numbers: ["0"], value: 0 };
}

/** A share of the whole loss that a part of a mix has. */
export interface Share {
  readonly symbols: string;
  readonly value: number;
}

/**
 * `push`, the factor of a token before the mean over the batch, as a term of the credit. `before` is the factor of any token of
 * the row: without the size of the batch, the divisor is what is left of the row's strongest push.
 */
export function overBatch(
  { row }: Pick<TokenContext, "row">,
  values: AggregationValues,
  push: Term,
  before: (at: number) => number,
  mix?: Share,
): Explanation {
  const part = mix?.value ?? 1;
  if (push.value === 0) return { terms: [push] };
  const mean = meanOf(row, values) ?? meanLeft(row, (at) => part * before(at));
  if (!mean) return { terms: [] };
  const [symbol, number] = mix ? [`${mix.symbols} · `, written`${mix.value} × `] : ["", []];
  return {
    terms: [
      {
        symbols: `${symbol}${push.symbols} / ${mean.symbols}`,
        numbers: written`${number}${push.numbers} / ${mean.numbers}`,
        value: (part * push.value) / mean.value,
      },
    ],
  };
}

/** By what a token's push is divided before it becomes its share of the loss; undefined where the batch is unknown. */
function meanOf({ batch, logp }: ExplainedRow, values: AggregationValues): Term | undefined {
  if (!batch) return undefined;
  const B = batch.rows;
  const norm = values.aggregationNorm || batch.length;
  switch (values.aggregation) {
    case "token-mean":
      return { symbols: "N", numbers: [`${batch.tokens}`], value: batch.tokens };
    case "sequence-mean-token-mean":
      return { symbols: "(B · T)", numbers: [`(${B} × ${logp.length})`], value: B * logp.length };
    case "sequence-mean-token-sum":
      return { symbols: "B", numbers: [`${B}`], value: B };
    case "sequence-mean-token-sum-norm":
      return { symbols: "L", numbers: [`${norm}`], value: norm };
    case "dr-grpo":
      return { symbols: "(B · L)", numbers: [`(${B} × ${norm})`], value: B * norm };
  }
}

function meanLeft({ weight }: ExplainedRow, before: (at: number) => number): Term | undefined {
  const sizes = weight.map(Math.abs);
  const at = sizes.indexOf(Math.max(...sizes));
  const push = before(at);
  if (!(sizes[at]! > 0) || !push) return undefined;
  const divisor = push / weight[at]!;
  return { symbols: "N", numbers: [`about ${Math.round(divisor)}`], value: divisor };
}

/** Parts of a credit smaller than this are rounding; recordings keep three digits. */
const ROUNDING = { live: 1e-4, recorded: 0.02 };

/** An explanation with what its terms leave of the credit as a last one. */
export function completed(
  { quantities, terms, rest }: Explanation,
  { row, at }: Pick<TokenContext, "row" | "at">,
): Explanation {
  if (terms.length === 0) return { ...(quantities && { quantities }), terms };
  const credit = row.weight[at]!;
  const left = credit - terms.reduce((total, { value }) => total + value, 0);
  const size = Math.max(Math.abs(credit), ...terms.map(({ value }) => Math.abs(value)));
  const isWhole = Math.abs(left) <= size * (row.batch ? ROUNDING.live : ROUNDING.recorded);
  const last = isWhole ? [] : [factor(rest ?? "from other terms", left)];
  return { ...(quantities && { quantities }), terms: [...terms, ...last] };
}

/** The words of a token's weight w, whatever pushes it. */
export const WEIGHT_VIEW = {
  label: "weight w, before the mean",
  symbol: "w",
  words: "before the mean",
  scale: "signed",
  ends: { up: "pushed up", down: "pushed down" },
} as const satisfies View;
