import { ticks } from "d3-array";
import { PLOT } from "./plotArea.ts";
import type { XScale } from "./xScale.ts";

/** Room in pixels between two numbers, beside the first one, for a character, and between two texts. */
const ROOM = 50;
const FIRST = 30;
const CHARACTER = 6.4;
const GAP = 6;
const MOST = 8;

/** Values of the horizontal axis that are written below it: both ends, and round ones between them where there is room. */
export function xTicks(scale: XScale, width: number): number[] {
  const { unit, min, max } = scale;
  const inner = Math.max(1, width - PLOT.left - PLOT.right);
  const places = (value: number) => ((value - min) / (max - min)) * inner;
  const wide = (value: number) => tickText(value, scale).length * CHARACTER;
  const beforeLast = (value: number) => wide(value) / 2 + GAP + wide(max);
  const between = ticks(min, max, Math.max(1, Math.min(MOST, Math.floor(inner / ROOM)))).filter(
    (value) =>
      places(value) >= FIRST &&
      inner - places(value) >= beforeLast(value) &&
      (unit !== "step" || Number.isInteger(value)),
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
