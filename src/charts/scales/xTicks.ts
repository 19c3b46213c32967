import { ticks } from "d3-array";
import { PLOT } from "./plotArea.ts";
import type { XScale } from "./xScale.ts";

/** Room that the number of a tick takes, in pixels. */
const ROOM = 56;
const MOST = 8;

/** Values of the horizontal axis that are written below it: both ends, and round ones between them where there is room. */
export function xTicks({ unit, min, max }: XScale, width: number): number[] {
  const inner = Math.max(1, width - PLOT.left - PLOT.right);
  const count = Math.min(MOST, Math.floor(inner / ROOM));
  const near = ((max - min) * ROOM) / inner;
  const between = ticks(min, max, Math.max(1, count)).filter(
    (value) => value - min >= near && max - value >= 1.15 * near && (unit !== "step" || Number.isInteger(value)),
  );
  return [min, ...between, max];
}

const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const UNITS = { step: "steps", tokens: "tokens", seconds: "s" } as const;

/** The number below a tick; the last one says the unit. */
export function tickText(value: number, { unit, max }: XScale): string {
  const digits = unit === "tokens" ? COMPACT.format(value) : String(Number(value.toFixed(unit === "step" ? 0 : 1)));
  return value === max ? `${digits} ${UNITS[unit]}` : digits;
}
