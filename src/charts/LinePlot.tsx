import { memo } from "react";
import { CartesianGrid, Line, LineChart as Recharts, XAxis, YAxis } from "recharts";
import { type ChartLine, lineColour, strokeOf } from "./chartLine.ts";
import type { Scale } from "./domain.ts";
import { PLOT } from "./plotArea.ts";
import { aheadKey, behindKey, pastKey, plotRows } from "./plotRows.ts";

export interface LinePlotProps {
  readonly lines: readonly ChartLine[];
  /** Steps from 0 to the last one the run will make. */
  readonly steps: number;
  readonly scale: Scale;
  readonly width: number;
  readonly height: number;
}

/** The lines themselves. Recharts draws SVG, so: no animation, no dots, no legend, at most a few hundred points a line. */
function LinePlot({ lines, steps, scale, width, height }: LinePlotProps) {
  return (
    <Recharts width={width} height={height} data={plotRows(lines)} margin={PLOT} accessibilityLayer={false}>
      <CartesianGrid vertical={false} stroke="var(--line)" />
      <XAxis dataKey="x" type="number" domain={[0, steps]} hide />
      <YAxis type="number" domain={[scale.min, scale.max]} ticks={[...scale.ticks]} hide />
      {lines.map(
        ({ label, tone, ahead }, index) =>
          ahead && (
            <Line
              key={`${label} ahead`}
              {...COMMON}
              dataKey={aheadKey(index)}
              stroke={lineColour(tone)}
              strokeWidth={1.2}
              strokeDasharray="4 3"
            />
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
              strokeWidth={3.5}
              strokeOpacity={0.28}
            />
          ),
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

const COMMON = {
  type: "linear",
  connectNulls: true,
  dot: false,
  activeDot: false,
  isAnimationActive: false,
  strokeLinejoin: "round",
} as const;

/** Nothing is drawn again unless a line is another one: most charts change less often than the run makes steps. */
export default memo(LinePlot, (before, now) => {
  const same = before.steps === now.steps && before.width === now.width && before.height === now.height;
  const sameScale = before.scale.min === now.scale.min && before.scale.max === now.scale.max;
  const sameLines =
    before.lines.length === now.lines.length && before.lines.every((line, index) => line === now.lines[index]);
  return same && sameScale && sameLines;
});
