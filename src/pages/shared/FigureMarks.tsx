import { areaPath, areasOf, linePath } from "../../charts/marks/path.ts";
import { heightOf, PLOT, type PlotBox, placeOfX } from "../../charts/scales/plotArea.ts";
import { xTicks } from "../../charts/scales/xTicks.ts";
import { type ChartLine, DASHES, lineColour, type PhaseMark, type Tone } from "../../charts/series/line.ts";
import styles from "./LineFigure.module.css";

/** The horizontal axis of a figure that is not over steps. */
export interface Axis {
  readonly ticks: readonly number[];
  text(tick: number): string;
}

interface AxesProps {
  readonly box: PlotBox;
  readonly text: number;
  readonly axis: Axis | undefined;
}

/** Grid lines with their values, and the steps below. */
export function Axes({ box, text, axis }: AxesProps) {
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

/** Where another phase begins, with its name. */
export function Borders({ borders, box, text }: BordersProps) {
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

/** A line with its areas, what is still to come of it, and another run behind it. */
export function Drawn({ line, box, thin, wide, ink }: DrawnProps) {
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
