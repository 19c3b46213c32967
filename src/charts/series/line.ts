export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Values of one metric beside the steps at which they came, NaN where a step had none. Only the first `length` entries count. */
export interface FullColumn {
  readonly steps: Float64Array;
  readonly values: Float64Array;
  readonly length: number;
}

/** What lies between two lines, drawn behind them. */
export interface Area {
  readonly upper: readonly Point[];
  readonly lower: readonly Point[];
}

/** A colour and the dash pattern that goes with it, so that nothing depends on colour alone. */
export type Tone = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

interface BandPoint {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/** One line of a chart, thinned already. */
export interface ChartLine {
  readonly label: string;
  readonly tone: Tone;
  readonly points: readonly Point[];
  /** What is still to come as far as it is known: drawn dashed and thin. */
  readonly ahead?: readonly Point[];
  /** Another run's line, faint, to compare with: a sender's, a recording's. */
  readonly behind?: readonly Point[];
  /** It will not grow: of a run at rest, beside the one that trains. */
  readonly still?: boolean;
  /** The 95% interval around a mean of several runs; of still lines only. */
  readonly band?: readonly BandPoint[];
  /** Behind the line, one over the other, e.g. quantiles from the outer to the inner ones. */
  readonly areas?: readonly Area[];
  /** As it was measured, where `points` are smoothed. */
  readonly raw?: readonly Point[];
  /** How many of the points in view are drawn. */
  readonly thinned?: { readonly drawn: number; readonly measured: number };
  /** Everything that was measured. */
  readonly full?: FullColumn;
  /** What belongs to the line in a file, e.g. the ends of its band. */
  readonly beside?: readonly { readonly label: string; readonly full: FullColumn }[];
  /** Context rather than subject: the baseline, thin and grey. */
  readonly faint?: boolean;
  /** Value at a step, for the readout and the table; the newest one without a step. */
  valueAt(step?: number): number | undefined;
  /** How far the line's run was at a step, in another unit than steps; undefined where that is not known. */
  clock?(unit: "tokens" | "seconds", step: number): number | undefined;
}

/** Where a phase of a run begins. */
export interface PhaseMark {
  /** The last step of the phase before; 0 of the first. */
  readonly step: number;
  /** What it trains with, e.g. `GRPO`. */
  readonly title: string;
}

/** A step of a chart that something is to be said about. */
export interface Flag {
  readonly step: number;
  /** Ids of the charts that it stands on; every one where they are not named. */
  readonly charts?: readonly string[];
  /** What happened there, in a few words. */
  readonly label: string;
}

export const DASHES: Readonly<Record<Tone, string>> = {
  1: "none",
  2: "6 3",
  3: "2 3",
  4: "8 2 2 2",
  5: "12 4",
  6: "4 2",
  7: "1 2",
  8: "10 2 2 2 2 2",
};

export const lineColour = (tone: Tone) => `var(--c${tone})`;
export const wordColour = (tone: Tone) => `var(--t${tone})`;

/** How what goes with a line is drawn: what is to come, another run's line, the values as they were measured. */
export const AHEAD = { strokeWidth: 1.2, strokeDasharray: "4 3" } as const;
export const BEHIND = { strokeWidth: 3.5, strokeOpacity: 0.28 } as const;
export const RAW = { strokeWidth: 1, strokeOpacity: 0.3 } as const;

/** How the line itself is drawn. */
export function strokeOf({ tone, faint }: Pick<ChartLine, "tone" | "faint">) {
  return faint
    ? { stroke: "var(--edge)", strokeWidth: 1.1, strokeDasharray: "none" }
    : { stroke: lineColour(tone), strokeWidth: 1.7, strokeDasharray: DASHES[tone] };
}
