import type { Column } from "./series.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** As many as an SVG line draws without slowing the page. */
export const MAX_POINTS = 300;

/**
 * At most `limit` points of a column, in order of step. Each bucket of neighbouring steps keeps its smallest and its
 * largest value, so that no spike disappears; the first and the last point are always there. Values that are not finite
 * are left out.
 */
export function downsample({ steps, values, length }: Column, limit = MAX_POINTS): Point[] {
  const finite: Point[] = [];
  for (let i = 0; i < length; i++) {
    const y = values[i]!;
    if (Number.isFinite(y)) finite.push({ x: steps[i]!, y });
  }
  if (finite.length <= limit) return finite;

  const inner = finite.length - 2;
  const buckets = Math.floor((limit - 2) / 2);
  const kept: Point[] = [finite[0]!];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = 1 + Math.floor((bucket * inner) / buckets);
    const to = 1 + Math.floor(((bucket + 1) * inner) / buckets);
    kept.push(...extremes(finite, from, to));
  }
  kept.push(finite[finite.length - 1]!);
  return kept;
}

/** The lowest and the highest of `points[from, to)`, in their order; one point where they are the same. */
function extremes(points: readonly Point[], from: number, to: number): Point[] {
  let low = from;
  let high = from;
  for (let i = from + 1; i < to; i++) {
    if (points[i]!.y < points[low]!.y) low = i;
    if (points[i]!.y > points[high]!.y) high = i;
  }
  if (low === high) return [points[low]!];
  return [points[Math.min(low, high)]!, points[Math.max(low, high)]!];
}
