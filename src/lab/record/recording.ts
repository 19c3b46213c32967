import type { FlatConfig } from "../experiment/config.ts";
import { objectiveById } from "../objectives/index.ts";
import type { Metrics } from "../objectives/objective.ts";
import type { Sample, TokenRow } from "../train/report.ts";

/**
 * A finished run kept small enough to be shown before anything is computed: what a newcomer sees first. Made by
 * `lab record`, never by hand; every number in it was measured.
 */
export interface Recording {
  readonly format: 1;
  readonly preset: string;
  /** What made it, to be typed again. */
  readonly command: string;
  readonly config: FlatConfig;
  readonly policy: string;
  readonly backend: string;
  /** Of the whole run, evaluations included, on the machine that made it. */
  readonly seconds: number;
  readonly parameterHash: string;
  /** In order of step; step 0 is the evaluation before the first update. */
  readonly rows: readonly { readonly step: number; readonly values: Metrics }[];
  /** Tokens of a few steps, with the credit that trained them. */
  readonly tokens: readonly { readonly step: number; readonly rows: readonly TokenRow[] }[];
  readonly samples: readonly { readonly step: number; readonly samples: readonly Sample[] }[];
}

/** Steps kept: evaluations always, and the others thinned evenly to about this many. */
const MOST_ROWS = 200;
/** What the bench's common charts show. */
const SHOWN =
  /^(reward|accuracy|loss|entropy|mu|nll|kl|num_tokens|grad_norm|frac_reward_zero_std|completions\/mean_length|token_weight\/(mean|max|p05|p25|p50|p75|p95)|expert\/entropy|loss\/\w+|rewards\/\w+|pairs\/valid_frac|eval\/(accuracy|accuracy_sampled|reward|entropy|nll|mean_length)|eval\/ood\/accuracy|kl\/start)$/;

/** The rows of a run that are worth keeping, with the metrics that are shown, at 5 significant digits. */
export function thinned(
  rows: readonly { readonly step: number; readonly values: Metrics }[],
  algorithm: string,
  evalEvery: number,
): Recording["rows"] {
  const own = new Set(
    (objectiveById(algorithm).charts ?? []).flatMap(({ series }) => series.map(({ metric }) => metric)),
  );
  const stride = Math.max(1, Math.ceil(rows.length / MOST_ROWS));
  return rows
    .filter(({ step }, i) => i % stride === 0 || i === rows.length - 1 || step % evalEvery === 0)
    .map(({ step, values }) => ({
      step,
      values: Object.fromEntries(
        Object.entries(values)
          .filter(([metric, value]) => Number.isFinite(value) && (SHOWN.test(metric) || own.has(metric)))
          .map(([metric, value]) => [metric, digits(value, 5)]),
      ),
    }));
}

/** A token row at 3 significant digits. */
export function smaller(row: TokenRow): TokenRow {
  const list = (values: readonly number[]) => values.map((value) => digits(value, 3));
  return {
    ...row,
    logp: list(row.logp),
    entropy: list(row.entropy),
    weight: list(row.weight),
    views: Object.fromEntries(Object.entries(row.views).map(([name, values]) => [name, list(values)])),
  };
}

/** Steps whose tokens are kept: the first, the last, and a few between that lie closer together at the start. */
export function tokenSteps(steps: number): number[] {
  const shares = [0, 0.08, 0.17, 0.33, 0.5, 0.75, 1];
  return [...new Set(shares.map((share) => Math.max(1, Math.round(share * steps))))];
}

function digits(value: number, count: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(count)) : 0;
}
