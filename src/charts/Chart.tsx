import { useState } from "react";
import { ChartFigure } from "./ChartFigure.tsx";
import type { ChartProps } from "./chartProps.ts";
import { Enlarged } from "./interaction/Enlarged.tsx";

export type { ChartProps, RunChartProps } from "./chartProps.ts";

/** A chart from its declaration: in its place, and over the whole page while it is enlarged. */
export function Chart(props: ChartProps) {
  const [enlarged, setEnlarged] = useState(false);
  return (
    <>
      <ChartFigure {...props} onEnlarge={() => setEnlarged(true)} />
      {enlarged && (
        <Enlarged title={props.spec.title} onClose={() => setEnlarged(false)}>
          {(height) => <ChartFigure {...props} height={height} large />}
        </Enlarged>
      )}
    </>
  );
}
