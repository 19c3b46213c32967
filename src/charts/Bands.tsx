import { memo } from "react";
import { type Area, type ChartLine, lineColour, type Point, strokeOf } from "./chartLine.ts";
import styles from "./LineChart.module.css";
import { heightOf, type PlotBox, placeOfX } from "./plotArea.ts";

export interface BandsProps extends PlotBox {
  /** Of these, the ones that have areas or will not grow. */
  readonly lines: readonly ChartLine[];
}

/**
 * What lies under the line that grows: areas, and runs at rest. They are drawn once and not with every step of the one above:
 * eight lines in seven charts, redrawn by recharts three times a second, kept the page busy all the time.
 */
export const Bands = memo(
  function Bands({ lines, reach, scale, width, height }: BandsProps) {
    const under = underneath(lines);
    if (under.length === 0) return null;
    const box = { reach, scale, width, height };
    return (
      <svg className={styles.still} width={width} height={height} aria-hidden="true">
        {under.flatMap((line) =>
          areasOf(line).map((area, nth) => (
            <path
              // biome-ignore lint/suspicious/noArrayIndexKey: an area has no name beyond its place
              key={`${line.label} ${nth}`}
              data-band={line.label}
              d={areaPath(area, box)}
              fill={line.faint ? "var(--edge)" : lineColour(line.tone)}
            />
          )),
        )}
        {under.map(
          (line) =>
            line.still && (
              <path
                key={line.label}
                data-line={line.label}
                d={`M${line.points.map((point) => place(point, box)).join("L")}`}
                fill="none"
                {...strokeOf(line)}
              />
            ),
        )}
      </svg>
    );
  },
  (before, now) => {
    const [a, b] = [underneath(before.lines), underneath(now.lines)];
    const sameBox = before.width === now.width && before.height === now.height && sameReach(before, now);
    const { min, max, log } = before.scale;
    const sameScale = min === now.scale.min && max === now.scale.max && log === now.scale.log;
    return sameBox && sameScale && a.length === b.length && a.every((line, index) => line === b[index]);
  },
);

/** Everything between two lines that belongs to a line, the outermost first. */
export function areasOf({ areas = [], band }: ChartLine): readonly Area[] {
  if (!band || band.length < 2) return areas;
  const upper = band.map(({ x, high }) => ({ x, y: high }));
  const lower = band.map(({ x, low }) => ({ x, y: low }));
  return [{ upper, lower }, ...areas];
}

export function areaPath({ upper, lower }: Area, box: PlotBox): string {
  return `M${[...upper, ...lower.toReversed()].map((point) => place(point, box)).join("L")}Z`;
}

function place({ x, y }: Point, box: PlotBox): string {
  return `${placeOfX(x, box).toFixed(1)} ${heightOf(y, box).toFixed(1)}`;
}

const underneath = (lines: readonly ChartLine[]) => lines.filter(({ still, band, areas }) => still || band || areas);

const sameReach = ({ reach: a }: PlotBox, { reach: b }: PlotBox) =>
  a.unit === b.unit && a.min === b.min && a.max === b.max;
