import type { Scale } from "./domain.ts";
import type { Reach } from "./reach.ts";

/** Room around the lines in pixels: the numbers of the vertical scale stand at the left. */
export const PLOT = { top: 6, right: 6, bottom: 4, left: 34 } as const;

/** Where the lines of one chart are, in pixels and in their own units. */
export interface PlotBox {
  readonly reach: Reach;
  readonly scale: Scale;
  readonly width: number;
  readonly height: number;
}

type Across = Pick<PlotBox, "reach" | "width">;
type Up = Pick<PlotBox, "scale" | "height">;

/** Horizontal place of a value of the axis; outside the plot where it is out of view. */
export function placeOfX(x: number, { reach: { min, max }, width }: Across): number {
  return PLOT.left + ((x - min) / (max - min)) * innerWidth(width);
}

/** Horizontal place of a step. */
export function placeOf(step: number, across: Across): number {
  return placeOfX(across.reach.xOf(step), across);
}

/** The step at a horizontal place, within what is in view. */
export function stepAt(place: number, { reach, width }: Across): number {
  const share = Math.min(1, Math.max(0, (place - PLOT.left) / Math.max(1, innerWidth(width))));
  const step = Math.round(reach.stepOf(reach.min + share * (reach.max - reach.min)));
  return Math.min(reach.span.to, Math.max(reach.span.from, step));
}

export function isInView(step: number, { span }: Reach): boolean {
  return step >= span.from && step <= span.to;
}

/** Vertical place of a value. */
export function heightOf(value: number, { scale, height }: Up): number {
  const { min, max, log } = scale;
  const share = log ? Math.log(Math.max(value, min) / min) / Math.log(max / min) : (value - min) / (max - min);
  return PLOT.top + (1 - share) * (height - PLOT.top - PLOT.bottom);
}

/** The value at a vertical place of a linear scale. */
export function valueAtHeight(place: number, { scale: { min, max }, height }: Up): number {
  return min + (1 - (place - PLOT.top) / (height - PLOT.top - PLOT.bottom)) * (max - min);
}

const innerWidth = (width: number) => width - PLOT.left - PLOT.right;
