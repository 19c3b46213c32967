import { memo } from "react";
import { CartesianGrid, Line, LineChart as Recharts, XAxis, YAxis } from "recharts";
import { AHEAD, BEHIND, type ChartLine, lineColour, RAW, strokeOf } from "./chartLine.ts";
import { PLOT, type PlotBox } from "./plotArea.ts";
import { aheadKey, behindKey, pastKey, plotRows, rawKey } from "./plotRows.ts";
import { samePicture } from "./samePicture.ts";

export interface LinePlotProps extends PlotBox {
  readonly lines: readonly ChartLine[];
}

/** The lines themselves. Recharts draws SVG, so: no animation, no dots, no legend, at most a few hundred points a line. */
function LinePlot({ lines: all, reach, scale, width, height }: LinePlotProps) {
  // What will not grow is drawn by Bands.
  const lines = all.filter(({ still }) => !still);
  return (
    <Recharts
      width={width}
      height={height}
      data={plotRows(lines, scale.log ? 0 : Number.NEGATIVE_INFINITY)}
      margin={PLOT}
      accessibilityLayer={false}
    >
      <CartesianGrid vertical={false} stroke="var(--line)" />
      <XAxis dataKey="x" type="number" domain={[reach.min, reach.max]} ticks={NO_TICKS} allowDataOverflow hide />
      <YAxis
        type="number"
        scale={scale.log ? "log" : "linear"}
        domain={[scale.min, scale.max]}
        ticks={[...scale.ticks]}
        allowDataOverflow
        hide
      />
      {lines.map(
        ({ label, tone, ahead }, index) =>
          ahead && (
            <Line key={`${label} ahead`} {...COMMON} dataKey={aheadKey(index)} stroke={lineColour(tone)} {...AHEAD} />
          ),
      )}
      {lines.map(
        ({ label, tone, behind }, index) =>
          behind && (
            <Line
              key={`${label} behind`}
              {...COMMON}
              dataKey={behindKey(index)}
              stroke={lineColour(tone)}
              {...BEHIND}
            />
          ),
      )}
      {lines.map(
        ({ label, tone, raw }, index) =>
          raw && <Line key={`${label} raw`} {...COMMON} dataKey={rawKey(index)} stroke={lineColour(tone)} {...RAW} />,
      )}
      {lines.map(({ label, tone, points, faint }, index) => (
        <Line
          key={label}
          {...COMMON}
          dataKey={pastKey(index)}
          // A line of one point is invisible without its dot.
          dot={points.length === 1 ? { r: 2.5, fill: lineColour(tone), strokeWidth: 0 } : false}
          {...strokeOf({ tone, ...(faint && { faint }) })}
        />
      ))}
    </Recharts>
  );
}

/** The ends of the axis are written below it; nice ticks between them would be worked out for nothing. */
const NO_TICKS: number[] = [];

const COMMON = {
  type: "linear",
  connectNulls: true,
  dot: false,
  activeDot: false,
  isAnimationActive: false,
  strokeLinejoin: "round",
} as const;

export default memo(LinePlot, samePicture);
