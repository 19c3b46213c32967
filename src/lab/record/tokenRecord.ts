import type { WatchedRow, WatchedScores } from "../train/probed.ts";
import type { TokenRow } from "../train/report.ts";

/** What is kept of a run's tokens, so that a past run can still be looked at token by token. */
export interface TokenRecord {
  /** In order of step. */
  readonly steps: readonly TokenStep[];
  readonly watched?: WatchedRecord | undefined;
}

/** The rows that the page showed of one step, with the credit that trained them. */
export interface TokenStep {
  readonly step: number;
  readonly rows: readonly TokenRow[];
}

/** The watched demonstrations through the run. */
export interface WatchedRecord {
  readonly rows: readonly WatchedRow[];
  /** In order of step. */
  readonly columns: readonly WatchedColumn[];
}

/** What the weights after `step` updates said of the watched demonstrations. */
export interface WatchedColumn {
  readonly step: number;
  readonly scores: readonly WatchedScores[];
}

export const NO_TOKENS: TokenRecord = { steps: [] };

/** Steps of a run whose tokens are kept; the newest comes on top. */
const MOST_STEPS = 40;
const MOST_COLUMNS = 64;
/** Of one run, as it lies in the archive: less than a checkpoint of the smallest shipped policy. */
export const MOST_BYTES = 512 * 1024;

const planned = new Map<number, ReadonlySet<number>>();

/**
 * Whether the tokens of a step are kept in a run of so many: all of a short run, else 40 from the first to the last whose
 * distances grow evenly, since most happens at the start. Depends on nothing else, so that two runs can be compared.
 */
export function keepsTokens(step: number, total: number): boolean {
  let steps = planned.get(total);
  if (!steps) {
    const last = MOST_STEPS - 1;
    const at = (k: number) => 1 + Math.round((total - 1) * (k / last) ** 2);
    steps = new Set(
      Array.from({ length: Math.min(MOST_STEPS, total) }, (_, k) => (total <= MOST_STEPS ? k + 1 : at(k))),
    );
    planned.set(total, steps);
  }
  return steps.has(step);
}

/** One step more. The one before goes where it was only the newest; a run that went back begins again there. */
export function withStep(record: TokenRecord, next: TokenStep, total: number): TokenRecord {
  const before = record.steps.filter(({ step }) => step < next.step);
  const last = before.at(-1);
  const steps = last && !keepsTokens(last.step, total) ? before.slice(0, -1) : before;
  return { ...record, steps: [...steps, next] };
}

/** At most so many columns and bytes: every second step or column goes, but for the first and the last, as long as there is too much. */
export function bounded({ steps, watched }: TokenRecord): TokenRecord {
  const half = { steps: MOST_BYTES * 0.75, columns: MOST_BYTES * 0.25 };
  return {
    steps: thinned(steps, MOST_STEPS + 1, half.steps, stepBytes),
    ...(watched && {
      watched: { ...watched, columns: thinned(watched.columns, MOST_COLUMNS, half.columns, columnBytes) },
    }),
  };
}

function thinned<X>(all: readonly X[], most: number, mostBytes: number, bytesOf: (one: X) => number): readonly X[] {
  let kept = all;
  while (kept.length > most || kept.reduce((sum, one) => sum + bytesOf(one), 0) > mostBytes) {
    if (kept.length <= 1) return [];
    const last = kept.length - 1;
    kept = kept.length === 2 ? kept.slice(1) : kept.filter((_, index) => index % 2 === 0 || index === last);
  }
  return kept;
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** As packed: four bytes a number, two a character. */
function stepBytes({ rows }: TokenStep): number {
  return sum(
    rows.map(({ prompt, tokens, views }) => {
      const numbers = tokens.length * (3 + Object.keys(views).length);
      return 64 + 4 * numbers + 2 * (prompt.length + tokens.join("").length);
    }),
  );
}

function columnBytes({ scores }: WatchedColumn): number {
  return 16 + sum(scores.map(({ logp }) => 8 * logp.length));
}

export function tokenBytes({ steps, watched }: TokenRecord): number {
  return sum(steps.map(stepBytes)) + sum((watched?.columns ?? []).map(columnBytes));
}

/** What is kept of the steps up to `last`. */
export function tokensUpTo({ steps, watched }: TokenRecord, last: number): TokenRecord {
  const upTo = <X extends { readonly step: number }>(all: readonly X[]) => all.filter(({ step }) => step <= last);
  return { steps: upTo(steps), ...(watched && { watched: { ...watched, columns: upTo(watched.columns) } }) };
}

/** The rows that a look at `step` sees: those of the newest kept step up to it, of the first where it is earlier. */
export function tokensAt({ steps }: TokenRecord, step: number | undefined): TokenStep | undefined {
  if (step === undefined) return steps.at(-1);
  return steps.findLast((kept) => kept.step <= step) ?? steps[0];
}
