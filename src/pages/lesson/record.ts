import type { Shown } from "../../lab/lessons/shownRun.ts";
import type { ClaimResult } from "../../lab/lessons/study.ts";
import type { MetricColumn, MetricName } from "../../lab/metrics.ts";

/** What the page shows of the recorded seeds of a lesson. */
export interface LessonRecord {
  readonly seeds: number;
  /** Mean duration of a run of each arm in seconds, by the arm's id. */
  readonly seconds: Readonly<Record<string, number>>;
  /** One metric of an arm, a column for each seed; none where it was not kept. */
  columns(arm: string, metric: MetricName): readonly MetricColumn[];
  /** Answers and tokens of one of them; undefined where none were kept. */
  readonly shown: Shown | undefined;
  /** In the order of the lesson's claims. */
  readonly claims: readonly ClaimResult[];
}
