import { type ReactNode, useId, useMemo } from "react";
import { apart } from "../../charts/EndNames.tsx";
import { areaPath, areasOf, linePath } from "../../charts/marks/path.ts";
import { heightOf, PLOT, type PlotBox, placeOfX } from "../../charts/scales/plotArea.ts";
import { useWidth } from "../../charts/scales/useWidth.ts";
import { stepScale } from "../../charts/scales/xScale.ts";
import { xTicks } from "../../charts/scales/xTicks.ts";
import { yScaleFor } from "../../charts/scales/yScale.ts";
import { type ChartLine, DASHES, lineColour, type PhaseMark, type Tone, wordColour } from "../../charts/series/line.ts";
import { readoutText } from "../../controls/numberText.ts";
import styles from "./LineFigure.module.css";

/** The tone of the reader's own run, which is drawn in ink. */
export const INK: Tone = 8;

/** The horizontal axis of a figure that is not over steps. */
export interface Axis {
  readonly ticks: readonly number[];
  text(tick: number): string;
}

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
const LETTER = 0.62;
const LEAST_NAME = 15;
const MOST_NAMES = 0.45;

/** A figure with a title, its unit, names and last values at the ends of its lines, and limits that fit its data. */
export function LineFigure(props: LineFigureProps) {
  const {
    title,
    unit,
    lines,
    domain,
    whole,
    end,
    axis,
    borders = [],
    height,
    text = 15,
    small = false,
    bare = false,
  } = props;
  const { isInk = ({ tone }) => tone === INK, empty, caption, heading: Heading = "h2", fromZero = false } = props;
  const id = useId();
  const [frame, width] = useWidth<HTMLDivElement>();
  const nameOf = bare ? ({ label }: ChartLine) => label : nameWithValue;
  const longest = Math.max(LEAST_NAME, ...lines.map((line) => nameOf(line).length));
  const names = Math.ceil(LETTER * text * longest);
  const beside = !small && width >= WIDE * text && names <= MOST_NAMES * width;
  const right = beside ? names : 0;
  const left = Math.max(0, Math.round(2 * (text - 13)));
  const yScale = useMemo(
    () =>
      yScaleFor(fromZero ? [...lines, ZERO] : lines, {
        bounds: domain,
        whole,
        count: Math.max(2, Math.round(height / Math.max(70, 3.2 * text))),
      }),
    [lines, domain, whole, height, text, fromZero],
  );
  const box = { xScale: stepScale(end), yScale, width: Math.max(0, width - left - right), height };
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

function nameWithValue({ label, points }: ChartLine): string {
  const end = points.at(-1);
  return end ? `${label} ${readoutText(end.y)}` : label;
}

interface AxesProps {
  readonly box: PlotBox;
  readonly text: number;
  readonly axis: Axis | undefined;
}

/** Grid lines with their values, and the steps below. */
function Axes({ box, text, axis }: AxesProps) {
  const { xScale, yScale, width, height } = box;
  const foot = height - PLOT.bottom;
  const places = Math.max(
    ...yScale.ticks.map((tick) => (String(Number(tick.toPrecision(6))).split(".")[1] ?? "").length),
  );
  const ticks = axis?.ticks ?? stepTicks(box, text);
  const stride = Math.ceil((TIGHT * text * yScale.ticks.length) / height);
  const name = axis?.text ?? ((tick: number) => (tick === xScale.min ? `step ${tick}` : String(tick)));
  return (
    <g className={styles.axes}>
      {yScale.ticks
        .filter((_, at) => at % stride === 0)
        .map((tick) => (
          <g key={tick}>
            <path d={`M${PLOT.left} ${heightOf(tick, box)}H${width - PLOT.right}`} />
            <text x={PLOT.left - 6} y={heightOf(tick, box)} dy="0.35em" textAnchor="end">
              {tick.toFixed(Math.min(places, 6)).replace("-", "−")}
            </text>
          </g>
        ))}
      <path d={`M${PLOT.left} ${foot}H${width - PLOT.right}`} />
      {ticks.map((tick) => (
        <text
          key={tick}
          x={placeOfX(tick, box)}
          y={foot}
          dy="1.25em"
          textAnchor={tick === xScale.max ? "end" : tick === xScale.min ? "start" : "middle"}
        >
          {name(tick)}
        </text>
      ))}
    </g>
  );
}

/** Lines that a number of the vertical axis takes, and letters that the first step takes with what follows it. */
const TIGHT = 1.2;
const FIRST = 3.9;

/** Larger letters need more room: as many steps are named as in a plot that is smaller by as much. */
function stepTicks(box: PlotBox, text: number): number[] {
  const ticks = xTicks(box.xScale, (box.width * 15) / Math.max(15, text));
  return ticks.filter((tick, at) => at === 0 || placeOfX(tick, box) - PLOT.left >= FIRST * text);
}

interface BordersProps {
  readonly borders: readonly PhaseMark[];
  readonly box: PlotBox;
  readonly text: number;
}

function Borders({ borders, box, text }: BordersProps) {
  return borders.map(({ step, title }) => {
    const x = placeOfX(step, box);
    return (
      <g key={step} className={styles.border} data-border={title}>
        <path d={`M${x} ${PLOT.top}V${box.height - PLOT.bottom}`} />
        <text x={x + 0.4 * text} y={PLOT.top} dy="0.9em">
          {title} from here
        </text>
      </g>
    );
  });
}

interface DrawnProps {
  readonly line: ChartLine;
  readonly box: PlotBox;
  readonly thin: boolean;
  /** How much wider than in a figure with letters of 15 pixels. */
  readonly wide: number;
  readonly ink: boolean;
}

function Drawn({ line, box, thin, wide, ink }: DrawnProps) {
  const { tone, label, points, ahead, behind, faint } = line;
  const stroke = ink ? "var(--ink)" : faint ? "var(--edge)" : lineColour(tone);
  const width = (thin ? 1.75 : faint ? 1.5 : 2.5) * Math.max(1, wide);
  return (
    <g fill="none" strokeLinejoin="round" strokeLinecap="round">
      {areasOf(line).map((area, at) => (
        <path
          // biome-ignore lint/suspicious/noArrayIndexKey: areas lie one over the other in an order that stays
          key={at}
          data-band={label}
          d={areaPath(area, box)}
          fill={stroke}
          fillOpacity={0.15}
          stroke="none"
        />
      ))}
      {behind && behind.length > 1 && (
        <path d={linePath(behind, box)} stroke={stroke} strokeWidth={2 * width} strokeOpacity={0.28} />
      )}
      {ahead && ahead.length > 1 && (
        <path d={linePath(ahead, box)} stroke={stroke} strokeWidth={0.6 * width} strokeDasharray="4 3" />
      )}
      {points.length > 0 && (
        <path
          data-line={label}
          d={linePath(points, box)}
          stroke={stroke}
          strokeWidth={points.length === 1 ? 2 * width + 2 : width}
          {...(ink || faint ? undefined : dashed(tone, width))}
        />
      )}
    </g>
  );
}

/** The dashes of a tone on a line of this width: round ends would close the gaps. */
function dashed(tone: Tone, width: number) {
  const dashes = DASHES[tone];
  if (dashes === "none") return undefined;
  const longer = dashes.split(" ").map((length) => (Number(length) * width) / THIN);
  return { strokeDasharray: longer.join(" "), strokeLinecap: "butt" } as const;
}

/** The line for which dashes are declared, in pixels. */
const THIN = 1.7;

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
    <ul className={styles.names} style={{ width }}>
      {lines.map((line, index) => (
        <li key={line.label} style={{ top: places[index], color: colourOf(line) }}>
          {nameOf(line)}
        </li>
      ))}
    </ul>
  );
}
