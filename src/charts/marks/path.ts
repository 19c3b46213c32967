import { heightOf, type PlotBox, placeOfX } from "../scales/plotArea.ts";
import type { Area, ChartLine, Point } from "../series/line.ts";

/** SVG path through points in pixels, "" where there is none. What is not finite, or has no place on the axis, is left out. */
export function linePath(points: readonly Point[], box: PlotBox): string {
  const places = placesOf(points, box);
  // A line of one point is a dot: a stroke of no length with round caps.
  return places.length === 1 ? `M${places[0]}h0` : places.length > 1 ? `M${places.join("L")}` : "";
}

/** SVG path of an area: along its upper edge and back along the lower one; "" while it has fewer than two points a side. */
export function areaPath({ upper, lower }: Area, box: PlotBox): string {
  const [above, below] = [placesOf(upper, box), placesOf(lower, box)];
  return above.length > 1 && below.length > 1 ? `M${[...above, ...below.reverse()].join("L")}Z` : "";
}

/** Every area of a line, the interval around its mean first. */
export function areasOf({ band, areas = [] }: ChartLine): readonly Area[] {
  if (!band) return areas;
  const upper = band.map(({ x, high }) => ({ x, y: high }));
  const lower = band.map(({ x, low }) => ({ x, y: low }));
  return [{ upper, lower }, ...areas];
}

function placesOf(points: readonly Point[], box: PlotBox): string[] {
  const places: string[] = [];
  for (const { x, y } of points) {
    if (!Number.isFinite(x) || !Number.isFinite(y) || (box.yScale.log && y <= 0)) continue;
    places.push(`${placeOfX(x, box).toFixed(1)} ${heightOf(y, box).toFixed(1)}`);
  }
  return places;
}
