import type { MetricName } from "../metrics.ts";
import type { Arm, Study, Trace } from "./study.ts";

/** A number of a run over its steps, as a lesson shows it. */
export interface Figure {
  /** A metric of the run, e.g. `eval/accuracy_sampled`. */
  readonly metric: MetricName;
  readonly title: string;
  /** What is counted, and over what: stands beside the title. */
  readonly unit: string;
  /** Ids of the arms that are drawn, in the order of their colours; every arm unless given. */
  readonly arms?: readonly string[];
  /** Bounds of the axis that hold by definition, e.g. [0, 1] of a share; the axis fits the data within them. */
  readonly domain?: readonly [number, number];
}

/**
 * The question of a lesson and the runs behind it: what lists of lessons, presets and links need of every one. It stands in a
 * file of its own, since a page has all heads at once and the rest of a lesson when that is opened.
 */
export interface LessonHead extends Pick<Study, "id" | "title" | "question" | "arms"> {
  /** Id of the arm that *Train it yourself* trains. */
  readonly own: string;
  /** The leading chart. Its metric is the headline of every run of this lesson. */
  readonly figure: Figure;
}

/** A question and its answer, to be lived through in seconds: everything that shows it is made from this declaration. */
export interface Lesson extends Study, LessonHead {
  /** The papers that the claims are from, e.g. `CHORD, arXiv 2508.11408`. */
  readonly source: string;
  /** At most three plain sentences before anything is trained, with words of the glossary marked as in `textPieces`. */
  readonly lead: string;
  /** Small charts beside the leading one, at most three. */
  readonly details: readonly Figure[];
  /** What one run of the lesson's own arm did, in one or two sentences that hold for these data, whatever they are. */
  said(run: Trace, arm: Arm): string;
  /** One sentence: what to try next, and what to look for. Marked words as in `lead`. */
  readonly next: string;
}
