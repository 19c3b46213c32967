import { choice, type Field, int } from "../../schema.ts";
import type { TokenFeed } from "../objective.ts";

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

export const aggregationNorm = int(
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

export const maskedRows = choice<MaskedRows>(
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
