import type { ChartLine } from "./chartLine.ts";
import type { PlotBox } from "./plotArea.ts";

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
    a.reach.unit === b.reach.unit &&
    a.reach.min === b.reach.min &&
    a.reach.max === b.reach.max &&
    a.scale.min === b.scale.min &&
    a.scale.max === b.scale.max &&
    a.scale.log === b.scale.log
  );
}
