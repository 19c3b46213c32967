import { memo } from "react";
import type { Area, ChartLine } from "./chartLine.ts";
import { lineColour } from "./chartLine.ts";
import styles from "./LineChart.module.css";
import { heightOf, type PlotBox, placeOfX } from "./plotArea.ts";

export interface AreasProps extends PlotBox {
  readonly lines: readonly ChartLine[];
}

/** The areas of quantiles, behind the lines. */
export const Areas = memo(function Areas({ lines, reach, scale, width, height }: AreasProps) {
  const areas = lines.flatMap(({ label, tone, areas }) =>
    (areas ?? []).filter(isWide).map((area, i) => ({ area, tone, label, i })),
  );
  if (areas.length === 0) return null;
  return (
    <svg className={styles.still} width={width} height={height} aria-hidden="true">
      {areas.map(({ area, tone, label, i }) => (
        <path
          key={`${label} ${i}`}
          d={areaPath(area, { reach, scale, width, height })}
          fill={lineColour(tone)}
          fillOpacity={0.2}
        />
      ))}
    </svg>
  );
});

/** Every area of a line, the interval around its mean among them. */
export function areasOf({ band, areas = [] }: ChartLine): readonly Area[] {
  const interval = band
    ? [{ upper: band.map(({ x, high }) => ({ x, y: high })), lower: band.map(({ x, low }) => ({ x, y: low })) }]
    : [];
  return [...interval, ...areas].filter(isWide);
}

/** An area of fewer than two points, as at the start of a run, has nothing to fill. */
function isWide({ upper, lower }: Area): boolean {
  return upper.length > 1 && lower.length > 1;
}

/** SVG path of an area: along its upper edge and back along the lower one. */
export function areaPath({ upper, lower }: Area, box: PlotBox): string {
  const places = [...upper, ...lower.toReversed()].map(
    ({ x, y }) => `${placeOfX(x, box).toFixed(1)} ${heightOf(y, box).toFixed(1)}`,
  );
  return `M${places.join("L")}Z`;
}
