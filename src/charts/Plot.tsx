import { useMemo } from "react";
import { Axes } from "./Axes.tsx";
import styles from "./Chart.module.css";
import type { ChartProps } from "./chartProps.ts";
import { Flags } from "./interaction/Flags.tsx";
import { PlotCursor } from "./interaction/PlotCursor.tsx";
import { Borders } from "./marks/Borders.tsx";
import { Lines } from "./marks/Lines.tsx";
import { Rules } from "./marks/Rules.tsx";
import { AXIS_HEIGHT } from "./scales/plotArea.ts";
import { useWidth } from "./scales/useWidth.ts";
import type { XScale } from "./scales/xScale.ts";
import type { YScale } from "./scales/yScale.ts";
import type { ChartLine } from "./series/line.ts";

interface PlotProps extends ChartProps {
  readonly lines: readonly ChartLine[];
  readonly xScale: XScale;
  readonly yScale: YScale;
  readonly height: number;
}

/** The axes, the lines over them, and what stands over the lines. */
export function Plot(props: PlotProps) {
  const {
    spec,
    lines,
    rest,
    xScale,
    yScale,
    height,
    marks = [],
    phases = NO_PHASES,
    flags = [],
    cursor,
    numberText,
  } = props;
  const [frame, width] = useWidth<HTMLDivElement>();
  const box = { xScale, yScale, width, height };
  const resting = useMemo(() => lines.filter(({ still }) => still), [lines]);
  const growing = useMemo(() => lines.filter(({ still }) => !still), [lines]);
  return (
    <div ref={frame} className={styles.plot} style={{ height: height + AXIS_HEIGHT }} data-plot="">
      {width > 0 && (
        <>
          <div className={styles.frame} aria-hidden="true">
            <Axes {...box} {...{ rest, numberText }} />
          </div>
          <Rules steps={marks} {...box} />
          <Borders phases={phases} {...box} />
          <Lines lines={resting} {...box} />
          <Lines lines={growing} {...box} />
          {lines.length === 0 && <p className={`caption ${styles.empty}`}>{spec.empty ?? EMPTY}</p>}
          <PlotCursor {...props} title={spec.title} cursor={cursor} box={box} />
          <Flags flags={flags} chart={spec.id} box={box} />
          {props.over?.(box)}
        </>
      )}
    </div>
  );
}

const NO_PHASES: NonNullable<ChartProps["phases"]> = [];
const EMPTY = "Appears when the run has these numbers.";
