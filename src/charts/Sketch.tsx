import { AHEAD, BEHIND, type ChartLine, lineColour, type Point, RAW, strokeOf } from "./chartLine.ts";
import styles from "./LineChart.module.css";
import { heightOf, PLOT, type PlotBox, placeOfX } from "./plotArea.ts";

export interface SketchProps extends PlotBox {
  readonly lines: readonly ChartLine[];
}

/**
 * What LinePlot draws, by hand: for lines that stand there before anybody has touched the page. Recharts weighs more than
 * everything else a visitor needs by then, and comes when something is about to move.
 */
export function Sketch({ lines: all, ...box }: SketchProps) {
  const { scale, width, height } = box;
  const lines = all.filter(({ still }) => !still);
  const path = (points: readonly Point[] | undefined) => {
    const shown = points?.filter(({ y }) => !scale.log || y > 0) ?? [];
    return `M${shown.map(({ x, y }) => `${placeOfX(x, box).toFixed(1)} ${heightOf(y, box).toFixed(1)}`).join("L")}`;
  };
  return (
    <>
      <svg className={styles.still} width={width} height={height} aria-hidden="true">
        {scale.ticks.map((tick) => (
          <path
            key={tick}
            d={`M${PLOT.left} ${heightOf(tick, box)}H${width - PLOT.right}`}
            stroke="var(--line)"
            fill="none"
          />
        ))}
      </svg>
      <svg className={styles.still} width={width} height={height} aria-hidden="true">
        {lines.map(({ label, tone, points, ahead, behind, raw, faint }) => (
          <g key={label} stroke={lineColour(tone)} fill="none" strokeLinejoin="round">
            {ahead && ahead.length > 1 && <path d={path(ahead)} {...AHEAD} />}
            {behind && behind.length > 1 && <path d={path(behind)} {...BEHIND} />}
            {raw && raw.length > 1 && <path d={path(raw)} {...RAW} />}
            {points.length > 1 && (
              <path data-line={label} d={path(points)} {...strokeOf({ tone, ...(faint && { faint }) })} />
            )}
            {points.length === 1 && (
              <circle
                cx={placeOfX(points[0]!.x, box)}
                cy={heightOf(points[0]!.y, box)}
                r={2.5}
                fill={lineColour(tone)}
              />
            )}
          </g>
        ))}
      </svg>
    </>
  );
}
