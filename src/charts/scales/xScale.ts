/** What the horizontal axis counts. */
export type AxisUnit = "step" | "tokens" | "seconds";

/** Steps from one to another, the whole run's where there is none. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The horizontal axis: which steps are in view, and where each stands in the axis' own unit. */
export interface XScale {
  readonly unit: AxisUnit;
  readonly min: number;
  readonly max: number;
  readonly span: Span;
  /** Steps of the whole run. */
  readonly steps: number;
  xOf(step: number): number;
  stepOf(x: number): number;
}

/** An axis of steps. */
export function stepScale(steps: number, span: Span = { from: 0, to: steps }): XScale {
  const same = (value: number) => value;
  return { unit: "step", min: span.from, max: Math.max(span.from + 1, span.to), span, steps, xOf: same, stepOf: same };
}

/**
 * An axis of something that grows with the steps. Beyond the newest step it goes on at the mean rate so far, so that there is
 * room for what is to come; its end is rounded up, so that it does not move with every step.
 * @param clock value at a step, undefined where none is known; without a step the newest.
 */
export function clockScale(
  unit: AxisUnit,
  steps: number,
  newest: number,
  clock: (step: number) => number | undefined,
  zoom?: Span,
): XScale | undefined {
  const last = clock(newest);
  if (newest <= 0 || last === undefined || last <= 0) return undefined;
  const xOf = (step: number) => (step > newest ? (last * step) / newest : step <= 0 ? 0 : (clock(step) ?? 0));
  const span = zoom ?? { from: 0, to: steps };
  const end = xOf(span.to);
  const max = span.to > newest ? roundedUp(end) : end;
  const min = xOf(span.from);
  return { unit, min, max: max > min ? max : min + 1, span, steps, xOf, stepOf: (x) => stepWhere(xOf, x, steps) };
}

/** The step whose place is nearest to `x` on an axis that never falls. */
function stepWhere(xOf: (step: number) => number, x: number, steps: number): number {
  let low = 0;
  let high = steps;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xOf(middle) < x) low = middle + 1;
    else high = middle;
  }
  return low > 0 && x - xOf(low - 1) < xOf(low) - x ? low - 1 : low;
}

/** To two significant digits. */
function roundedUp(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Math.ceil(value / unit - 1e-9) * unit;
}

/** Fewer steps than this are not worth a picture. */
const CLOSEST = 4;

/** A span within the run, at least {@link CLOSEST} steps wide; undefined where it is the whole run. */
export function fitted({ from, to }: Span, steps: number): Span | undefined {
  const width = Math.min(steps, Math.max(CLOSEST, Math.round(to - from)));
  const start = Math.round(Math.min(steps - width, Math.max(0, (from + to - width) / 2)));
  return width >= steps ? undefined : { from: start, to: start + width };
}

/** Half or twice as much in view, with `about` staying where it is as far as the run's ends allow. */
export function zoomed(
  { span, steps }: Pick<XScale, "span" | "steps">,
  factor: number,
  about?: number,
): Span | undefined {
  const middle = about !== undefined && about >= span.from && about <= span.to ? about : (span.from + span.to) / 2;
  const from = middle - (middle - span.from) * factor;
  return fitted({ from, to: from + (span.to - span.from) * factor }, steps);
}

/** What was swept over from one step to another, in either direction. */
export function swept(a: number, b: number, steps: number): Span | undefined {
  return fitted({ from: Math.min(a, b), to: Math.max(a, b) }, steps);
}
