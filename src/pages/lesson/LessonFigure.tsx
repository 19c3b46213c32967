import { useMemo } from "react";
import type { Figure, Lesson } from "../../lab/lessons/lesson.ts";
import { LineFigure, type LineFigureProps } from "../shared/LineFigure.tsx";
import { figureLines, type OwnRun } from "./figureLines.ts";
import type { LessonRecord } from "./record.ts";

interface LessonFigureProps extends Pick<LineFigureProps, "height" | "text" | "small" | "empty"> {
  readonly lesson: Lesson;
  readonly figure: Figure;
  /** The recorded seeds; without them the reader's run stands alone. */
  readonly record: LessonRecord | undefined;
  readonly own: OwnRun | undefined;
  /** Of the longest run drawn. */
  readonly steps: number;
}

/** A figure of a lesson: each arm's recorded seeds as a mean with its interval, and the reader's own run in ink over them. */
export function LessonFigure({ lesson, figure, record, own, steps, empty = EMPTY, ...drawn }: LessonFigureProps) {
  const lines = useMemo(() => figureLines(lesson, figure, record, own), [lesson, figure, record, own]);
  const { title, unit, domain } = figure;
  return <LineFigure {...drawn} {...{ title, unit, domain, lines, empty }} end={steps} />;
}

const EMPTY = "No recorded runs here: train, and your run appears.";
