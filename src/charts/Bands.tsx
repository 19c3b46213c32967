import { memo } from "react";
import type { ChartLine } from "./chartLine.ts";
import { lineColour } from "./chartLine.ts";
import type { Scale } from "./domain.ts";
import styles from "./LineChart.module.css";
import { heightOf, placeOf } from "./plotArea.ts";

export interface BandsProps {
  readonly lines: readonly ChartLine[];
  readonly steps: number;
  readonly scale: Scale;
  readonly width: number;
  readonly height: number;
}

/** The intervals around means, as areas behind the lines. */
export const Bands = memo(function Bands({ lines, steps, scale, width, height }: BandsProps) {
  const bands = lines.filter(({ band }) => (band?.length ?? 0) > 1);
  if (bands.length === 0) return null;
  const place = (x: number, y: number) => `${placeOf(x, steps, width)} ${heightOf(y, scale, height)}`;
  return (
    <svg className={styles.bands} width={width} height={height} aria-hidden="true">
      {bands.map(({ label, tone, band, faint }) => {
        const there = band!.map(({ x, high }) => place(x, high));
        const back = band!.toReversed().map(({ x, low }) => place(x, low));
        return (
          <path
            key={label}
            d={`M${[...there, ...back].join("L")}Z`}
            fill={faint ? "var(--edge)" : lineColour(tone)}
            fillOpacity={0.16}
          />
        );
      })}
    </svg>
  );
});
