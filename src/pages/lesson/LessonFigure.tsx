import { useId, useMemo } from "react";
import { apart } from "../../charts/EndNames.tsx";
import { areaPath, areasOf, linePath } from "../../charts/marks/path.ts";
import { heightOf, PLOT, type PlotBox, placeOfX } from "../../charts/scales/plotArea.ts";
import { useWidth } from "../../charts/scales/useWidth.ts";
import { stepScale } from "../../charts/scales/xScale.ts";
import { xTicks } from "../../charts/scales/xTicks.ts";
import { yScaleFor } from "../../charts/scales/yScale.ts";
import { type ChartLine, DASHES, lineColour, wordColour } from "../../charts/series/line.ts";
import { readoutText } from "../../controls/numberText.ts";
import type { Figure, Lesson } from "../../lab/lessons/lesson.ts";
import { figureLines, INK, type OwnRun } from "./figureLines.ts";
import styles from "./LessonFigure.module.css";
import type { LessonRecord } from "./record.ts";

export interface LessonFigureProps {
  readonly lesson: Lesson;
  readonly figure: Figure;
  /** The recorded seeds; without them the reader's run stands alone. */
  readonly record: LessonRecord | undefined;
  readonly own: OwnRun | undefined;
  /** Of the longest run drawn. */
  readonly steps: number;
  /** Of the plot, in pixels. */
  readonly height: number;
  /** Size of its letters, in pixels. */
  readonly text?: number;
  /** Names stand below the plot, whatever its width. */
  readonly small?: boolean;
  /** Said in the place of the lines while there are none. */
  readonly empty?: string;
}

/** Names stand at the ends of the lines in a figure of at least this width, in letters. */
const WIDE = 36;

/** A figure of a lesson: each arm's recorded seeds as a mean with its interval, and the reader's own run in ink over them. */
export function LessonFigure(props: LessonFigureProps) {
  const { lesson, figure, record, own, steps, height, text = 15, small = false, empty = EMPTY } = props;
  const id = useId();
  const [frame, width] = useWidth<HTMLDivElement>();
  const lines = useMemo(() => figureLines(lesson, figure, record, own), [lesson, figure, record, own]);
  const beside = !small && width >= WIDE * text;
  const right = beside ? Math.ceil(0.58 * text * Math.max(16, ...lines.map((line) => nameOf(line).length))) : 0;
  const left = Math.max(0, Math.round(2 * (text - 13)));
  const yScale = useMemo(
    () => yScaleFor(lines, { bounds: figure.domain, count: Math.max(2, Math.round(height / 70)) }),
    [lines, figure.domain, height],
  );
  const box = { xScale: stepScale(steps), yScale, width: Math.max(0, width - left - right), height };
  return (
    <figure className={styles.figure} aria-labelledby={id} style={{ "--text": `${text}px` } as object}>
      <h2 id={id} className={styles.title}>
        {figure.title} <small>{figure.unit}</small>
      </h2>
      <div ref={frame} className={styles.plot} style={{ height: height + 1.6 * text, paddingLeft: left }}>
        {box.width > 0 && (
          <svg width={box.width} height={height + 1.6 * text} aria-hidden="true">
            <Axes {...box} text={text} />
            {lines.map((line) => (
              <Drawn key={line.label} line={line} box={box} thin={small} />
            ))}
          </svg>
        )}
        {lines.length === 0 && <p className={styles.empty}>{empty}</p>}
        {beside && <Names lines={lines} box={box} text={text} width={right - 0.6 * text} />}
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
    </figure>
  );
}

/** Room of the first tick of the steps, in letters. */
const FIRST_TICK = 4;

const EMPTY = "No recorded runs here: train, and your run appears.";

const colourOf = ({ tone }: ChartLine) => (tone === INK ? "var(--ink)" : wordColour(tone));

function nameOf({ label, points }: ChartLine): string {
  const end = points.at(-1);
  return end ? `${label} ${readoutText(end.y)}` : label;
}

/** Grid lines with their values, and the steps below. */
function Axes({ text, ...box }: PlotBox & { readonly text: number }) {
  const { xScale, yScale, width, height } = box;
  const foot = height - PLOT.bottom;
  const places = Math.max(
    ...yScale.ticks.map((tick) => (String(Number(tick.toPrecision(6))).split(".")[1] ?? "").length),
  );
  // The first one is the word "step" too.
  const clear = (tick: number) =>
    tick === xScale.min || placeOfX(tick, box) - placeOfX(xScale.min, box) > FIRST_TICK * text;
  return (
    <g className={styles.axes}>
      {yScale.ticks.map((tick) => (
        <g key={tick}>
          <path d={`M${PLOT.left} ${heightOf(tick, box)}H${width - PLOT.right}`} />
          <text x={PLOT.left - 6} y={heightOf(tick, box)} dy="0.35em" textAnchor="end">
            {tick.toFixed(Math.min(places, 6)).replace("-", "−")}
          </text>
        </g>
      ))}
      <path d={`M${PLOT.left} ${foot}H${width - PLOT.right}`} />
      {xTicks(xScale, width)
        .filter(clear)
        .map((tick) => (
          <text
            key={tick}
            x={placeOfX(tick, box)}
            y={foot}
            dy="1.25em"
            textAnchor={tick === xScale.max ? "end" : tick === xScale.min ? "start" : "middle"}
          >
            {tick === xScale.min ? `step ${tick}` : tick}
          </text>
        ))}
    </g>
  );
}

interface DrawnProps {
  readonly line: ChartLine;
  readonly box: PlotBox;
  readonly thin: boolean;
}

function Drawn({ line, box, thin }: DrawnProps) {
  const { tone, label, points } = line;
  const ink = tone === INK;
  const stroke = ink ? "var(--ink)" : lineColour(tone);
  const wide = thin ? 1.75 : 2.5;
  return (
    <g fill="none" strokeLinejoin="round" strokeLinecap="round">
      {areasOf(line).map((area) => (
        <path key="band" data-band={label} d={areaPath(area, box)} fill={stroke} fillOpacity={0.15} stroke="none" />
      ))}
      {points.length > 0 && (
        <path
          data-line={label}
          d={linePath(points, box)}
          stroke={stroke}
          strokeWidth={points.length === 1 ? 2 * wide + 2 : wide}
          strokeDasharray={ink ? "none" : DASHES[tone]}
        />
      )}
    </g>
  );
}

interface NamesProps {
  readonly lines: readonly ChartLine[];
  readonly box: PlotBox;
  readonly text: number;
  readonly width: number;
}

/** The names with their last values beside the ends of the lines, none over another. */
function Names({ lines, box, text, width }: NamesProps) {
  const wanted = lines.map(({ points }) => heightOf(points.at(-1)?.y ?? box.yScale.min, box));
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
