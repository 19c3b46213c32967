import { memo } from "react";
import { CartesianGrid, LineChart, XAxis, type XAxisTickContentProps, YAxis } from "recharts";
import { sameBox } from "./marks/samePicture.ts";
import { AXIS_HEIGHT, PLOT, type PlotBox } from "./scales/plotArea.ts";
import { tickText, xTicks } from "./scales/xTicks.ts";

export interface FrameProps extends PlotBox {
  numberText(value: number): string;
}

/**
 * Axes and grid of a chart. They are recharts' and know only the ends of the scales, never the data: recharts works through its
 * whole state for every new point, and the lines are a layer of their own over this one.
 */
export const Frame = memo(function Frame({ xScale, yScale, width, height, numberText }: FrameProps) {
  return (
    <LineChart
      width={width}
      height={height + AXIS_HEIGHT}
      data={NONE}
      margin={{ top: PLOT.top, right: PLOT.right, bottom: 0, left: 0 }}
      accessibilityLayer={false}
    >
      <CartesianGrid vertical={false} syncWithTicks stroke="var(--line)" />
      <XAxis
        dataKey="x"
        type="number"
        domain={[xScale.min, xScale.max]}
        ticks={xTicks(xScale, width)}
        tick={(props: XAxisTickContentProps) => <XTick {...props} xScale={xScale} />}
        interval={0}
        height={PLOT.bottom + AXIS_HEIGHT}
        tickLine={false}
        axisLine={{ stroke: "var(--line)" }}
        allowDataOverflow
      />
      <YAxis
        dataKey="y"
        type="number"
        scale={yScale.log ? "log" : "linear"}
        domain={[yScale.min, yScale.max]}
        ticks={[...yScale.ticks]}
        tickFormatter={numberText}
        tick={TEXT}
        interval={0}
        width={PLOT.left}
        tickSize={0}
        tickMargin={4}
        axisLine={false}
        allowDataOverflow
      />
    </LineChart>
  );
}, sameBox);

interface XTickProps extends Pick<XAxisTickContentProps, "x" | "y" | "payload">, Pick<PlotBox, "xScale"> {}

/** The number of a tick below the axis; the ends do not reach beyond the plot. */
function XTick({ x, y, payload, xScale }: XTickProps) {
  const value = Number(payload.value);
  const anchor = value === xScale.max ? "end" : value === xScale.min ? "start" : "middle";
  return (
    <text {...TEXT} x={x} y={Number(y) + 4} textAnchor={anchor}>
      {tickText(value, xScale)}
    </text>
  );
}

const NONE: never[] = [];
const TEXT = { fill: "var(--soft)", fontSize: 11.5 } as const;
