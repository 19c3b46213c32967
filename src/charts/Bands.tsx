import { memo } from "react";
import { areaPath, areasOf } from "./Areas.tsx";
import { type ChartLine, lineColour, strokeOf } from "./chartLine.ts";
import styles from "./LineChart.module.css";
import { heightOf, type PlotBox, placeOfX } from "./plotArea.ts";
import { sameBox } from "./samePicture.ts";

export interface BandsProps extends PlotBox {
  /** Of these, the ones that will not grow. */
  readonly lines: readonly ChartLine[];
}

/**
 * Runs at rest under the one that trains, with the intervals around means. They are drawn once and not with every step of the
 * one above: eight lines in seven charts, redrawn by recharts three times a second, kept the page busy all the time.
 */
export const Bands = memo(
  function Bands({ lines, reach, scale, width, height }: BandsProps) {
    const still = stillOf(lines);
    if (still.length === 0) return null;
    const box = { reach, scale, width, height };
    return (
      <svg className={styles.still} width={width} height={height} aria-hidden="true">
        {still.map(({ label, tone, faint, valueAt, points, band }) => {
          const [interval] = band ? areasOf({ label, tone, valueAt, points, band }) : [];
          if (!interval) return null;
          const fill = faint ? "var(--edge)" : lineColour(tone);
          return <path key={label} data-band={label} d={areaPath(interval, box)} fill={fill} />;
        })}
        {still.map((line) => {
          const places = line.points.map(({ x, y }) => `${placeOfX(x, box).toFixed(1)} ${heightOf(y, box).toFixed(1)}`);
          return (
            <path key={line.label} data-line={line.label} d={`M${places.join("L")}`} fill="none" {...strokeOf(line)} />
          );
        })}
      </svg>
    );
  },
  (before, now) => {
    const [a, b] = [stillOf(before.lines), stillOf(now.lines)];
    return sameBox(before, now) && a.length === b.length && a.every((line, index) => line === b[index]);
  },
);

const stillOf = (lines: readonly ChartLine[]) => lines.filter(({ still, points }) => still && points.length > 0);
