import { ownArm } from "../../app/lessonLinks.ts";
import type { Lesson } from "../../lab/lessons/lesson.ts";
import type { Shown, ShownRun } from "../../lab/lessons/shownRun.ts";
import type { Arm } from "../../lab/lessons/study.ts";

/** A recorded run of which answers and tokens were kept. */
export interface RecordedRun {
  /** Of its arm. */
  readonly label: string;
  readonly seed: number;
  readonly run: ShownRun;
}

/** The recorded run of the lesson's own arm; undefined where none was kept. */
export function recordedOwn(lesson: Lesson, shown: Shown | undefined): RecordedRun | undefined {
  const { id, label } = ownArm(lesson);
  const run = shown?.arms[id];
  return run && { label, seed: shown.seed, run };
}

/** An arm with what its first update did to the tokens of one answer. */
export interface ArmTokens {
  readonly arm: Arm;
  readonly run: ShownRun;
}

/**
 * The arms whose first update weighs the tokens of one answer differently, the lesson's own first: those that read the same
 * answer as the own arm, without those whose tokens stand to one another as in an arm that is there already.
 */
export function armsApart(lesson: Lesson, shown: Shown): readonly ArmTokens[] {
  const own = shown.arms[lesson.own];
  if (!own) return [];
  return distinct(lesson, shown, (run) => sameText(run, own), alike);
}

/** The arms whose first update read different texts, of those that were trained on rows of the own arm's kind; the own first. */
export function textsApart(lesson: Lesson, shown: Shown): readonly ArmTokens[] {
  const own = shown.arms[lesson.own];
  if (!own) return [];
  return distinct(lesson, shown, ({ row }) => row.feed === own.row.feed, sameText);
}

/** The arms with a run that is `wanted`, but for those that equal one before them. */
function distinct(
  lesson: Lesson,
  shown: Shown,
  wanted: (run: ShownRun) => boolean,
  equal: (a: ShownRun, b: ShownRun) => boolean,
): readonly ArmTokens[] {
  const apart: ArmTokens[] = [];
  for (const arm of [ownArm(lesson), ...lesson.arms]) {
    const run = shown.arms[arm.id];
    if (!run || !wanted(run) || apart.some((other) => equal(other.run, run))) continue;
    apart.push({ arm, run });
  }
  return apart;
}

function sameText({ row: a }: ShownRun, { row: b }: ShownRun): boolean {
  return a.prompt === b.prompt && a.tokens.join() === b.tokens.join();
}

/** Differences of shares of a row's largest weight that nobody sees. */
const SEEN = 0.02;

function alike(a: ShownRun, b: ShownRun): boolean {
  const [x, y] = [shares(a), shares(b)];
  return x.every((share, i) => Math.abs(share - y[i]!) < SEEN);
}

function shares({ row: { weight } }: ShownRun): readonly number[] {
  const most = Math.max(...weight.map(Math.abs)) || 1;
  return weight.map((value) => value / most);
}
