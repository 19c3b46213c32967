import { memo } from "react";
import { AHEAD, BEHIND, type ChartLine, lineColour, type Point, RAW, strokeOf } from "./chartLine.ts";
import styles from "./LineChart.module.css";
import { heightOf, PLOT, type PlotBox, placeOfX } from "./plotArea.ts";
import { sameBox, samePicture } from "./samePicture.ts";

export interface SketchProps extends PlotBox {
  readonly lines: readonly ChartLine[];
}

/**
 * What LinePlot draws, by hand: one attribute of one path for a line that has grown. For lines that grow while a run trains,
 * since recharts works through all of its state for every new point, and for lines that stand there before anybody has touched
 * the page, since recharts weighs more than everything else a visitor needs by then.
 */
export const Sketch = memo(function Sketch({ lines: all, reach, scale, width, height }: SketchProps) {
  const box = { reach, scale, width, height };
  const lines = all.filter(({ still }) => !still);
  return (
    <>
      <Grid {...box} />
      <svg className={styles.still} width={width} height={height} aria-hidden="true">
        {lines.map((line) => (
          <Strokes key={line.label} line={line} {...box} />
        ))}
      </svg>
    </>
  );
}, samePicture);

const Grid = memo(function Grid({ scale, width, height }: PlotBox) {
  return (
    <svg className={styles.still} width={width} height={height} aria-hidden="true">
      {scale.ticks.map((tick) => (
        <path
          key={tick}
          d={`M${PLOT.left} ${heightOf(tick, { scale, height })}H${width - PLOT.right}`}
          stroke="var(--line)"
          fill="none"
        />
      ))}
    </svg>
  );
}, sameBox);

interface StrokesProps extends PlotBox {
  readonly line: ChartLine;
}

/** One line with what goes with it. */
const Strokes = memo(
  function Strokes({ line, ...box }: StrokesProps) {
    const { label, tone, points, ahead, behind, raw, faint } = line;
    const [only] = points;
    return (
      <g stroke={lineColour(tone)} fill="none" strokeLinejoin="round">
        {ahead && ahead.length > 1 && <path d={path(ahead, box)} {...AHEAD} />}
        {behind && behind.length > 1 && <path d={path(behind, box)} {...BEHIND} />}
        {raw && raw.length > 1 && <path d={path(raw, box)} {...RAW} />}
        {points.length > 1 && (
          <path data-line={label} d={path(points, box)} {...strokeOf({ tone, ...(faint && { faint }) })} />
        )}
        {only && points.length === 1 && (
          <circle cx={placeOfX(only.x, box)} cy={heightOf(only.y, box)} r={2.5} fill={lineColour(tone)} />
        )}
      </g>
    );
  },
  (before, now) => before.line === now.line && sameBox(before, now),
);

function path(points: readonly Point[], box: PlotBox): string {
  const shown = points.filter(({ y }) => !box.scale.log || y > 0);
  return `M${shown.map(({ x, y }) => `${placeOfX(x, box).toFixed(1)} ${heightOf(y, box).toFixed(1)}`).join("L")}`;
}
