/** What a visitor of the built page waits for. */
export interface PageFigures {
  /** JavaScript that comes before the first interaction, gzipped; the worker's is apart. */
  readonly pageKilobytes: number;
  readonly workerKilobytes: number;
  /** Medians over fresh visits, milliseconds from the start of navigation. */
  readonly firstPaintMs?: number;
  /** Until the choice of algorithms, made from the preset, can be seen. */
  readonly presetVisibleMs?: number;
  readonly visits: number;
  /** Of the main thread while a run was going on, after its first second; 0 where none took 50 ms. */
  readonly longestTaskMs?: number;
  /** Share of that time that the main thread spent in tasks. */
  readonly busyPercent?: number;
  readonly trainedForMs?: number;
  /** What could not be measured, and why. */
  readonly missing: readonly string[];
}
