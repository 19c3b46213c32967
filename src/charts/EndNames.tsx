import styles from "./EndNames.module.css";
import { type StepCursor, useStepCursor } from "./interaction/stepCursor.ts";
import { heightOf, type PlotBox } from "./scales/plotArea.ts";
import { type ChartLine, wordColour } from "./series/line.ts";

interface Names {
  readonly lines: readonly ChartLine[];
  readoutText(value: number): string;
}

interface EndNamesProps extends Names, Omit<PlotBox, "width"> {
  readonly cursor: StepCursor | undefined;
  readonly width: number;
}

/** A letter on average, the letters of a value with the space before it, and the gap before a name, in pixels. */
const LETTER = 7.1;
const VALUE = 6;
const GAP = 10;
/** Names may take this share of a chart that is at least so wide; one that leads may be narrower. */
const SHARE = 0.42;
const WIDE = 560;
const LEADS_WIDE = 400;
/** A name's line, and what the names may stand lower than the plot, in pixels. */
const LINE = 18;
const BELOW = 32;

/**
 * Room for the names at the ends of the lines in pixels; 0 where a chart is too narrow or too low for them, and has a legend
 * instead. It goes by the names alone, so that nothing moves with the values.
 */
export function endNamesWidth(names: readonly string[], leads: boolean, width: number, height: number): number {
  if (width < (leads ? LEADS_WIDE : WIDE) || names.length === 0 || names.length * LINE > height + BELOW) return 0;
  const longest = Math.max(...names.map((name) => name.length)) + VALUE;
  const room = Math.ceil(longest * LETTER + GAP);
  return room <= SHARE * width ? room : 0;
}

const nameOf = ({ label }: ChartLine, value: number | undefined, readoutText: Names["readoutText"]) =>
  value === undefined ? label : `${label} ${readoutText(value)}`;

/** The lines' names with their values beside the ends of the lines, none over another. */
export function EndNames({ lines, cursor, readoutText, xScale: _, yScale, height, width }: EndNamesProps) {
  const step = useStepCursor(cursor);
  const named = lines.map((line) => {
    const end = line.points.at(-1) ?? line.ahead?.at(-1) ?? line.behind?.at(-1);
    return { line, at: end ? heightOf(end.y, { yScale, height }) : height };
  });
  const places = apart(
    named.map(({ at }) => at),
    LINE,
    height,
  );
  return (
    <ul className={`end-names ${styles.names}`} style={{ width: width - GAP }}>
      {named.map(({ line }, index) => (
        <li key={line.label} style={{ top: places[index]!, color: line.faint ? "var(--soft)" : wordColour(line.tone) }}>
          {nameOf(line, line.valueAt(step), readoutText)}
        </li>
      ))}
    </ul>
  );
}

/** Heights at least `gap` from one another and as near as that allows to where they were asked for, from 0 to `end`. */
export function apart(wanted: readonly number[], gap: number, end: number): number[] {
  const order = wanted.map((at, index) => ({ at, index })).sort((a, b) => a.at - b.at);
  const places = new Array<number>(wanted.length);
  let free = 0;
  for (const { at, index } of order) {
    places[index] = Math.max(free, at);
    free = places[index]! + gap;
  }
  let most = Math.max(end, (wanted.length - 1) * gap);
  for (const { index } of order.toReversed()) {
    places[index] = Math.min(places[index]!, most);
    most = places[index]! - gap;
  }
  return places;
}
