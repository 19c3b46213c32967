/** Room around the lines in pixels: the numbers of the vertical scale stand at the left. */
export const PLOT = { top: 6, right: 6, bottom: 4, left: 34 } as const;

/** Horizontal place of a step, and back. */
export function placeOf(step: number, steps: number, width: number): number {
  return PLOT.left + (Math.min(steps, Math.max(0, step)) / Math.max(1, steps)) * innerWidth(width);
}

export function stepAt(place: number, steps: number, width: number): number {
  const share = (place - PLOT.left) / Math.max(1, innerWidth(width));
  return Math.round(Math.min(1, Math.max(0, share)) * steps);
}

/** Vertical place of a value. */
export function heightOf(value: number, { min, max }: { min: number; max: number }, height: number): number {
  return PLOT.top + (1 - (value - min) / (max - min)) * (height - PLOT.top - PLOT.bottom);
}

const innerWidth = (width: number) => width - PLOT.left - PLOT.right;
