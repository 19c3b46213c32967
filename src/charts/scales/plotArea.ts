import type { XScale } from "./xScale.ts";
import type { YScale } from "./yScale.ts";

/** Room around the lines in pixels: the numbers of the vertical axis stand at the left. */
export const PLOT = { top: 6, right: 6, bottom: 4, left: 34 } as const;

/** Room below the plot for the numbers of the horizontal axis, in pixels. */
export const AXIS_HEIGHT = 16;

/** Where the lines of one chart are, in pixels and in their own units. */
export interface PlotBox {
  readonly xScale: XScale;
  readonly yScale: YScale;
  readonly width: number;
  readonly height: number;
}

type Across = Pick<PlotBox, "xScale" | "width">;
type Up = Pick<PlotBox, "yScale" | "height">;

/** Horizontal place of a value of the axis; outside the plot where it is out of view. */
export function placeOfX(x: number, { xScale: { min, max }, width }: Across): number {
  return PLOT.left + ((x - min) / (max - min)) * innerWidth(width);
}

/** Horizontal place of a step. */
export function placeOf(step: number, across: Across): number {
  return placeOfX(across.xScale.xOf(step), across);
}

/** The step at a horizontal place, within what is in view. */
export function stepAt(place: number, { xScale, width }: Across): number {
  const share = Math.min(1, Math.max(0, (place - PLOT.left) / Math.max(1, innerWidth(width))));
  const step = Math.round(xScale.stepOf(xScale.min + share * (xScale.max - xScale.min)));
  return Math.min(xScale.span.to, Math.max(xScale.span.from, step));
}

export function isInView(step: number, { span }: XScale): boolean {
  return step >= span.from && step <= span.to;
}

/** Vertical place of a value. */
export function heightOf(value: number, { yScale, height }: Up): number {
  const { min, max, log } = yScale;
  const share = log ? Math.log(Math.max(value, min) / min) / Math.log(max / min) : (value - min) / (max - min);
  return PLOT.top + (1 - share) * (height - PLOT.top - PLOT.bottom);
}

/** The value at a vertical place of a linear axis. */
export function valueAtHeight(place: number, { yScale: { min, max }, height }: Up): number {
  return min + (1 - (place - PLOT.top) / (height - PLOT.top - PLOT.bottom)) * (max - min);
}

const innerWidth = (width: number) => width - PLOT.left - PLOT.right;
