import type { PlotBox } from "../scales/plotArea.ts";
import type { ChartLine } from "../series/line.ts";

interface Pictured extends PlotBox {
  readonly lines: readonly ChartLine[];
}

/** Nothing is drawn again unless a line is another one: most charts change less often than the run makes steps. */
export function samePicture(before: Pictured, now: Pictured): boolean {
  return (
    sameBox(before, now) &&
    before.lines.length === now.lines.length &&
    before.lines.every((line, index) => line === now.lines[index])
  );
}

export function sameBox(a: PlotBox, b: PlotBox): boolean {
  return (
    a.width === b.width &&
    a.height === b.height &&
    a.xScale.unit === b.xScale.unit &&
    a.xScale.min === b.xScale.min &&
    a.xScale.max === b.xScale.max &&
    a.yScale.min === b.yScale.min &&
    a.yScale.max === b.yScale.max &&
    a.yScale.log === b.yScale.log
  );
}
