import type { MetricColumn } from "../lab/metrics.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * As many as an SVG line draws without slowing the page: each costs time whenever its line grows, and more than a chart in the
 * grid is pixels wide would say nothing.
 */
export const MAX_POINTS = 200;

/** Used again by every call: a moving slider has some sixty long lines thinned with each of its steps. */
let places = new Uint32Array(0);

/**
 * At most `limit` points of a column, in order of step. Each bucket of neighbouring steps keeps its smallest and its
 * largest value, so that no spike disappears; the first and the last point are always there. Values that are not finite
 * are left out.
 */
export function downsample({ steps, values, length }: MetricColumn, limit = MAX_POINTS): Point[] {
  // Places of the values rather than points: a long run would make ten thousand of those for each of its lines.
  if (places.length < length) places = new Uint32Array(2 * length);
  const finite = places;
  let count = 0;
  for (let i = 0; i < length; i++) if (Number.isFinite(values[i]!)) finite[count++] = i;
  const point = (nth: number): Point => ({ x: steps[finite[nth]!]!, y: values[finite[nth]!]! });
  if (count <= limit) return Array.from({ length: count }, (_, nth) => point(nth));

  const inner = count - 2;
  const buckets = Math.floor((limit - 2) / 2);
  const kept: Point[] = [point(0)];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = 1 + Math.floor((bucket * inner) / buckets);
    const to = 1 + Math.floor(((bucket + 1) * inner) / buckets);
    let [low, high] = [from, from];
    for (let nth = from + 1; nth < to; nth++) {
      const y = values[finite[nth]!]!;
      if (y < values[finite[low]!]!) low = nth;
      if (y > values[finite[high]!]!) high = nth;
    }
    kept.push(point(Math.min(low, high)));
    if (low !== high) kept.push(point(Math.max(low, high)));
  }
  kept.push(point(count - 1));
  return kept;
}
