import { memo } from "react";
import type { FrameProps } from "./Frame.tsx";
import { sameBox } from "./marks/samePicture.ts";
import { AXIS_HEIGHT, heightOf, PLOT, placeOfX } from "./scales/plotArea.ts";
import { tickText, xTicks } from "./scales/xTicks.ts";

/** The axes and the grid as {@link Frame} draws them, for whatever is not at rest, see Axes.tsx. */
export const PlainFrame = memo(function PlainFrame({ numberText, ...box }: FrameProps) {
  const { xScale, yScale, width, height } = box;
  const foot = height - PLOT.bottom;
  const text = { fill: "var(--soft)", fontSize: 11.5 };
  return (
    <svg width={width} height={height + AXIS_HEIGHT} aria-hidden="true">
      {yScale.ticks.map((tick) => (
        <g key={tick}>
          <path d={`M${PLOT.left} ${heightOf(tick, box)}H${width - PLOT.right}`} stroke="var(--line)" />
          <text x={PLOT.left - 4} y={heightOf(tick, box) + 4} textAnchor="end" {...text}>
            {numberText(tick)}
          </text>
        </g>
      ))}
      <path d={`M${PLOT.left} ${foot}H${width - PLOT.right}`} stroke="var(--line)" />
      {xTicks(xScale, width).map((tick) => (
        <text
          key={tick}
          x={placeOfX(tick, box)}
          y={foot + 15}
          textAnchor={tick === xScale.max ? "end" : tick === xScale.min ? "start" : "middle"}
          {...text}
        >
          {tickText(tick, xScale)}
        </text>
      ))}
    </svg>
  );
}, sameBox);
