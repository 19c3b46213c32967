import { isEvaluation } from "../metrics.ts";
import type { RunResult } from "../record/runFile.ts";
import type { Lesson } from "./lesson.ts";
import { judge } from "./study.ts";

/** The file of a lesson's recorded seeds, `public/lessons/<id>.json`: for each seed the run file of every arm by its id. */
export interface RecordFile {
  /** What made it, to be typed again. */
  readonly command: string;
  readonly bySeed: readonly Readonly<Record<string, RunResult>>[];
}

/** Metrics are kept to so many significant digits; a claim's margin moves by less than its verdict does. */
const DIGITS = 4;

/** The metrics that a lesson shows or judges by. */
function shownBy({ figure, details, columns }: Lesson): ReadonlySet<string> {
  return new Set<string>([figure, ...details, ...columns].map(({ metric }) => metric));
}

/**
 * The recorded seeds of a lesson, small enough to be loaded with its page: the evaluations that it shows, rounded.
 * @throws {Error} where a claim has another verdict by what is kept: its metrics must be among the columns then
 */
export function recordFile(
  lesson: Lesson,
  command: string,
  bySeed: readonly Readonly<Record<string, RunResult>>[],
): RecordFile {
  const shown = shownBy(lesson);
  const kept = bySeed.map((runs) =>
    Object.fromEntries(Object.entries(runs).map(([id, run]) => [id, thin(run, shown)])),
  );
  for (const claim of lesson.claims) {
    const [whole, thinned] = [judge(claim, bySeed), judge(claim, kept)];
    if (whole.verdict === thinned.verdict) continue;
    throw new Error(
      `${claim.sentence} must be judged alike by what is recorded, got ${whole.verdict} and ${thinned.verdict}.`,
    );
  }
  return { command, bySeed: kept };
}

/** Rows at which nothing shown was measured are left out. */
function thin({ series, initial, final, ...run }: RunResult, shown: ReadonlySet<string>): RunResult {
  const { step: steps = [] } = series;
  const names = Object.keys(series).filter((name) => shown.has(name));
  const evaluated = names.some(isEvaluation);
  const asked = evaluated ? names.filter(isEvaluation) : names;
  const rows = steps.map((_, i) => i).filter((i) => asked.some((name) => series[name]?.[i] != null));
  const column = (values: readonly (number | null)[]) => rows.map((i) => rounded(values[i] ?? null));
  return {
    ...run,
    initial: pickOf(initial, shown),
    final: pickOf(final, shown),
    series: {
      step: rows.map((i) => steps[i]!),
      ...Object.fromEntries(names.map((name) => [name, column(series[name]!)])),
    },
  };
}

function pickOf(values: Readonly<Record<string, number>>, shown: ReadonlySet<string>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => shown.has(name))
      .map(([name, value]) => [name, rounded(value)!]),
  );
}

const rounded = (value: number | null) => (value === null ? null : Number(value.toPrecision(DIGITS)));
