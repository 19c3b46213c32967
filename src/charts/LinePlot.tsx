import { memo } from "react";
import { CartesianGrid, Line, LineChart as Recharts, XAxis, YAxis } from "recharts";
import { type ChartLine, DASHES, lineColour } from "./chartLine.ts";
import type { Scale } from "./domain.ts";
import { PLOT } from "./plotArea.ts";

export interface LinePlotProps {
  readonly lines: readonly ChartLine[];
  /** Steps from 0 to the last one the run will make. */
  readonly steps: number;
  readonly scale: Scale;
  readonly width: number;
  readonly height: number;
}

/** The lines themselves. Recharts draws SVG, so: no animation, no dots, no legend, at most a few hundred points a line. */
export default memo(function LinePlot({ lines, steps, scale, width, height }: LinePlotProps) {
  return (
    <Recharts width={width} height={height} margin={PLOT} accessibilityLayer={false}>
      <CartesianGrid vertical={false} stroke="var(--line)" />
      <XAxis dataKey="x" type="number" domain={[0, steps]} hide />
      <YAxis
        dataKey="y"
        type="number"
        domain={[scale.min, scale.max]}
        ticks={[...scale.ticks]}
        allowDataOverflow
        hide
      />
      {lines.flatMap((line) => [
        line.ahead && line.ahead.length > 1 && (
          <Line
            key={`${line.label} ahead`}
            data={[...line.ahead]}
            {...COMMON}
            stroke={lineColour(line.tone)}
            strokeWidth={1.2}
            strokeDasharray="4 3"
          />
        ),
        line.points.length > 0 && (
          <Line
            key={line.label}
            data={[...line.points]}
            {...COMMON}
            // A line of one point is invisible without its dot.
            dot={line.points.length === 1 ? { r: 2.5, fill: lineColour(line.tone), strokeWidth: 0 } : false}
            stroke={lineColour(line.tone)}
            strokeWidth={1.7}
            strokeDasharray={DASHES[line.tone]}
          />
        ),
      ])}
    </Recharts>
  );
});

const COMMON = {
  dataKey: "y",
  type: "linear",
  dot: false,
  activeDot: false,
  isAnimationActive: false,
  strokeLinejoin: "round",
} as const;
