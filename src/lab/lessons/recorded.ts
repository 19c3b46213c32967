import { isEvaluation } from "../metrics.ts";
import type { RunResult } from "../record/runFile.ts";
import type { Lesson } from "./lesson.ts";
import type { Shown, ShownRun } from "./shownRun.ts";

/** The file of a lesson's recorded seeds, `public/lessons/<id>.json`: for each seed the run file of every arm by its id. */
export interface RecordFile {
  /** What made it, to be typed again. */
  readonly command: string;
  readonly bySeed: readonly Readonly<Record<string, RunResult>>[];
  /** Of each claim by its sentence, the margin in each seed of the whole runs: what is kept of them may say less. */
  readonly margins?: Readonly<Record<string, readonly number[]>>;
  /** What the first of these seeds wrote. */
  readonly shown?: Shown;
}

/** A run of a study, with what is shown of it. */
export interface StudyRun extends RunResult {
  readonly shown?: ShownRun;
}

/** Numbers are kept to so many significant digits. */
const DIGITS = 4;

/** The metrics that a lesson shows or judges by. */
function shownBy({ figure, details, columns }: Lesson): ReadonlySet<string> {
  return new Set<string>([figure, ...details, ...columns].map(({ metric }) => metric));
}

/** The recorded seeds of a lesson, small enough to be loaded with its page: the evaluations that it shows, rounded. */
export function recordFile(
  lesson: Lesson,
  command: string,
  bySeed: readonly Readonly<Record<string, StudyRun>>[],
): RecordFile {
  const metrics = shownBy(lesson);
  const kept = bySeed.map((runs) =>
    Object.fromEntries(Object.entries(runs).map(([id, run]) => [id, thin(run, metrics)])),
  );
  const margins = Object.fromEntries(
    lesson.claims.map((claim) => [claim.sentence, bySeed.map((runs) => claim.margin(runs))]),
  );
  const shown = shownOf(bySeed[0]!);
  return { command, bySeed: kept, margins, ...(shown && { shown }) };
}

/** The answers and tokens of one seed; undefined where its runs were kept without. */
function shownOf(runs: Readonly<Record<string, StudyRun>>): Shown | undefined {
  const arms = Object.entries(runs).flatMap(([id, { shown }]) => (shown ? [[id, shown] as const] : []));
  return arms.length > 0 ? { seed: Object.values(runs)[0]!.seed, arms: Object.fromEntries(arms) } : undefined;
}

/** Rows at which nothing shown was measured are left out, and updates between evaluations but the first. */
function thin({ series, initial, final, shown: _, ...run }: StudyRun, shown: ReadonlySet<string>): RunResult {
  const { step: steps = [] } = series;
  const names = Object.keys(series).filter((name) => shown.has(name));
  const evaluated = names.some(isEvaluation);
  const asked = evaluated ? names.filter(isEvaluation) : names;
  const measured = (metrics: readonly string[], i: number) => metrics.some((name) => series[name]?.[i] != null);
  const rows = [...steps.keys()].filter((i) => measured(i === 0 ? names : asked, i));
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
