import { type ReactNode, useId, useMemo } from "react";
import { apart } from "../../charts/EndNames.tsx";
import { heightOf, type PlotBox } from "../../charts/scales/plotArea.ts";
import { useWidth } from "../../charts/scales/useWidth.ts";
import { stepScale } from "../../charts/scales/xScale.ts";
import { yScaleFor } from "../../charts/scales/yScale.ts";
import { type ChartLine, type PhaseMark, type Tone, wordColour } from "../../charts/series/line.ts";
import { readoutText } from "../../controls/numberText.ts";
import { Axes, type Axis, Borders, Drawn } from "./FigureMarks.tsx";
import styles from "./LineFigure.module.css";

/** The tone of the reader's own run, which is drawn in ink. */
export const INK: Tone = 8;

export interface LineFigureProps {
  readonly title: string;
  /** Of the title: h2 unless it stands below another heading. */
  readonly heading?: "h2" | "h4";
  readonly unit?: string | undefined;
  readonly lines: readonly ChartLine[];
  /** Bounds of the vertical axis that hold by definition; it fits the data within them. */
  readonly domain?: readonly [number, number] | undefined;
  /** The vertical axis runs from one end of the domain to the other. */
  readonly whole?: boolean | undefined;
  /** The right end of the horizontal axis, which begins at 0: the steps of the longest run unless `axis` is given. */
  readonly end: number;
  readonly axis?: Axis;
  /** Steps at which another phase begins, drawn as upright lines with its name. */
  readonly borders?: readonly PhaseMark[];
  /** Of the plot, in pixels. */
  readonly height: number;
  /** Size of its letters, in pixels. */
  readonly text?: number;
  /** Names stand below the plot, whatever its width. */
  readonly small?: boolean;
  /** The vertical axis has 0 on it, whatever the data. */
  readonly fromZero?: boolean;
  /** Names of lines come without their last values. */
  readonly bare?: boolean;
  /** Lines in ink, whatever their tone: the reader's own run. */
  readonly isInk?: (line: ChartLine) => boolean;
  /** Said in the place of the lines while there are none. */
  readonly empty?: string;
  readonly caption?: ReactNode;
}

const ZERO: ChartLine = { label: "", tone: 1, points: [{ x: 0, y: 0 }], valueAt: () => 0 };

/** Names stand at the ends of the lines in a figure of at least this width, in letters. */
const WIDE = 36;
/** Of a bold letter, in letters' sizes; the room of a name, in letters; and the share of the width that names may take. */
const LETTER = 0.65;
const LEAST_NAME = 15;
const MOST_NAMES = 0.45;

/** A figure with a title, its unit, names and last values at the ends of its lines, and limits that fit its data. */
export function LineFigure(props: LineFigureProps) {
  const { title, unit, lines, axis, borders = [], height, text = 15, small = false, bare = false } = props;
  const { isInk = ({ tone }) => tone === INK, empty, caption, heading: Heading = "h2" } = props;
  const id = useId();
  const [frame, width] = useWidth<HTMLDivElement>();
  const nameOf = bare ? ({ label }: ChartLine) => label : nameWithValue;
  const longest = Math.max(LEAST_NAME, ...lines.map((line) => nameOf(line).length));
  const names = Math.ceil(LETTER * text * longest);
  const beside = !small && width >= WIDE * text && names <= MOST_NAMES * width;
  const right = beside ? names : 0;
  const left = Math.max(0, Math.round(2 * (text - 13)));
  const box = useBox(props, Math.max(0, width - left - right));
  const colourOf = (line: ChartLine) => (isInk(line) ? "var(--ink)" : wordColour(line.tone));
  return (
    <figure className={styles.figure} aria-labelledby={id} style={{ "--text": `${text}px` } as object}>
      <Heading id={id} className={styles.title}>
        {title} {unit && <small>{unit}</small>}
      </Heading>
      <div ref={frame} className={styles.plot} style={{ height: height + 1.6 * text, paddingLeft: left }}>
        {box.width > 0 && (
          <svg width={box.width} height={height + 1.6 * text} aria-hidden="true">
            <Axes box={box} text={text} axis={axis} />
            <Borders borders={borders} box={box} text={text} />
            {lines.map((line) => (
              <Drawn key={line.label} line={line} box={box} thin={small} wide={text / 15} ink={isInk(line)} />
            ))}
          </svg>
        )}
        {lines.length === 0 && empty && <p className={styles.empty}>{empty}</p>}
        {beside && <Names {...{ lines, box, text, nameOf, colourOf }} width={right - 0.6 * text} />}
      </div>
      {!beside && (
        <ul className={styles.below}>
          {lines.map((line) => (
            <li key={line.label} style={{ color: colourOf(line) }}>
              {nameOf(line)}
            </li>
          ))}
        </ul>
      )}
      {caption && <figcaption className={styles.caption}>{caption}</figcaption>}
    </figure>
  );
}

/** Where the lines are drawn in a plot of this width. */
function useBox({ lines, domain, whole, end, height, text = 15, fromZero = false }: LineFigureProps, width: number) {
  const yScale = useMemo(() => {
    const count = Math.max(2, Math.round(height / Math.max(70, 3.2 * text)));
    return yScaleFor(fromZero ? [...lines, ZERO] : lines, { bounds: domain, whole, count });
  }, [lines, domain, whole, height, text, fromZero]);
  return { xScale: stepScale(end), yScale, width, height };
}

function nameWithValue({ label, points }: ChartLine): string {
  const end = points.at(-1);
  return end ? `${label} ${readoutText(end.y)}` : label;
}

interface NamesProps {
  readonly lines: readonly ChartLine[];
  readonly box: PlotBox;
  readonly text: number;
  readonly width: number;
  nameOf(line: ChartLine): string;
  colourOf(line: ChartLine): string;
}

/** The names with their last values beside the ends of the lines, none over another. */
function Names({ lines, box, text, width, nameOf, colourOf }: NamesProps) {
  const wanted = lines.map(({ points, ahead, behind }) =>
    heightOf((points.at(-1) ?? ahead?.at(-1) ?? behind?.at(-1))?.y ?? box.yScale.min, box),
  );
  const places = apart(wanted, 1.35 * text, box.height);
  return (
    <ul className={`end-names ${styles.names}`} style={{ width }}>
      {lines.map((line, index) => (
        <li key={line.label} style={{ top: places[index], color: colourOf(line) }}>
          {nameOf(line)}
        </li>
      ))}
    </ul>
  );
}
