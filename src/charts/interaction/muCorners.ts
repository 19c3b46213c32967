/** One corner of a drawn µ. */
export interface MuCorner {
  readonly step: number;
  readonly mu: number;
}

/** What of a run can still be drawn. */
export interface Drawable {
  /** The first step that is still to come. */
  readonly from: number;
  readonly steps: number;
}

/** A link holds no more. */
export const CORNERS = 32;

/** As fine as a hand can draw it. */
const rounded = (mu: number) => Math.round(Math.min(1, Math.max(0, mu)) * 100) / 100;

/**
 * A polyline with few corners that stays within `tolerance` of the points (Ramer, Douglas and Peucker, by height); within more
 * where it would take more than `limit` corners.
 */
export function simplified(points: readonly MuCorner[], tolerance: number, limit: number): readonly MuCorner[] {
  if (points.length <= 2) return points.map(({ step, mu }) => ({ step, mu: rounded(mu) }));
  for (let within = tolerance; ; within *= 1.5) {
    const kept = corners(points, 0, points.length - 1, within);
    if (kept.length + 1 <= Math.max(2, limit)) {
      return [...kept, points.length - 1].map((at) => ({ step: points[at]!.step, mu: rounded(points[at]!.mu) }));
    }
  }
}

/** Places of the corners from one point up to, not with, another. */
function corners(points: readonly MuCorner[], from: number, to: number, within: number): number[] {
  const [a, b] = [points[from]!, points[to]!];
  let farthest = from;
  let most = within;
  for (let at = from + 1; at < to; at++) {
    const { step, mu } = points[at]!;
    const straight = a.mu + ((b.mu - a.mu) * (step - a.step)) / (b.step - a.step);
    if (Math.abs(mu - straight) > most) {
      most = Math.abs(mu - straight);
      farthest = at;
    }
  }
  if (farthest === from) return [from];
  return [...corners(points, from, farthest, within), ...corners(points, farthest, to, within)];
}

/** One corner elsewhere; it stays between its neighbours, and within what is still to come. */
export function moved(all: readonly MuCorner[], index: number, to: MuCorner, { from, steps }: Drawable): MuCorner[] {
  const low = Math.max(from, (all[index - 1]?.step ?? 0) + 1);
  const high = Math.min(steps, (all[index + 1]?.step ?? steps + 1) - 1);
  const step = Math.min(high, Math.max(low, Math.round(to.step)));
  return all.map((corner, at) => (at === index ? { step, mu: rounded(to.mu) } : corner));
}

/** A new corner half way to the next one, or to the end; the same corners where there is no room. */
export function added(all: readonly MuCorner[], index: number, { steps }: Drawable): readonly MuCorner[] {
  const [a, b] = [all[index]!, all[index + 1] ?? { step: steps + 1, mu: all[index]!.mu }];
  const step = Math.floor((a.step + b.step) / 2);
  if (step <= a.step || step >= b.step || all.length >= CORNERS) return all;
  const mu = rounded(a.mu + ((b.mu - a.mu) * (step - a.step)) / (b.step - a.step));
  return [...all.slice(0, index + 1), { step, mu }, ...all.slice(index + 1)];
}

/** What is to be drawn once a corner was changed. */
export interface Redrawing extends Drawable {
  /** The corners that are shown, those of the past among them. */
  readonly corners: readonly MuCorner[];
  /** They are µ as it was drawn, and not the schedule by a few corners. */
  readonly drawn: boolean;
  muAt(step: number): number;
}

/**
 * The drawing that says the same as the corners from now on. What is past stays past: where the line was under way already it
 * goes on from where it is. A schedule rules up to the corner before the first changed one.
 * @param changed the first corner that is not where it was.
 */
export function redrawn(next: readonly MuCorner[], changed: number, { from, drawn, muAt }: Redrawing): MuCorner[] {
  const start = drawn ? 0 : Math.max(0, changed - 1);
  const coming = next.slice(start).filter(({ step }) => step >= from);
  const underWay = next.some(({ step }, at) => step < from && (drawn || at >= start));
  const anchor = underWay && from > 1 ? [{ step: from - 1, mu: Number(muAt(from - 1).toFixed(3)) }] : [];
  return [...anchor, ...coming].slice(0, CORNERS);
}

/** Corners after a stroke over them by hand: what it does not cover stays. */
export function stroked(stroke: ReadonlyMap<number, number>, drawing: Redrawing): MuCorner[] {
  const { corners: all, from, steps, drawn, muAt } = drawing;
  const points = [...stroke].map(([step, mu]) => ({ step, mu })).sort((a, b) => a.step - b.step);
  const filled = points.filter(({ step }) => step >= from && step <= steps);
  if (filled.length === 0) return [...all];
  const [first, last] = [filled[0]!.step, filled.at(-1)!.step];
  const edge = (step: number) => (step >= from && step <= steps ? [{ step, mu: rounded(muAt(step)) }] : []);
  const before = drawn ? [...all.filter(({ step }) => step < first - 1), ...edge(first - 1)] : [];
  const after = [...(last < steps ? edge(last + 1) : []), ...all.filter(({ step }) => step > last + 1)];
  const room = Math.max(2, Math.min(12, CORNERS - 1 - before.length - after.length));
  return [...before, ...simplified(filled, 0.01, room), ...after];
}
