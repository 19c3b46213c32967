import type { TrainingFigures } from "./pageTraining.ts";

/** What a visitor of the built page waits for. */
export interface PageFigures {
  /** JavaScript that comes before the first interaction, gzipped; the worker's is apart. */
  readonly pageKilobytes: number;
  readonly workerKilobytes: number;
  /** Medians over fresh visits, milliseconds from the start of navigation. */
  readonly firstPaintMs?: number;
  /** Until the button that trains the first lesson can be seen. */
  readonly lessonVisibleMs?: number;
  /** Until the recorded run of the first preset says what it came to. */
  readonly recordedVisibleMs?: number;
  readonly visits: number;
  readonly training: readonly TrainingFigures[];
  /** What could not be measured, and why. */
  readonly missing: readonly string[];
}
