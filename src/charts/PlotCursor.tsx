import styles from "./LineChart.module.css";
import type { LineChartProps } from "./lineChartProps.ts";
import { isInView, type PlotBox, placeOf } from "./plotArea.ts";
import { StepGlass, type StepGlassProps } from "./StepGlass.tsx";
import { type StepCursor, usePinnedStep, useStepCursor } from "./stepCursor.ts";

export interface PlotCursorProps extends Omit<StepGlassProps, "cursor" | "pinned"> {
  readonly cursor: StepCursor | undefined;
}

/** The step cursor over the lines, with the glass that moves it. */
export function PlotCursor({ cursor: watched, ...glass }: PlotCursorProps) {
  const cursor = useStepCursor(watched);
  const pinned = usePinnedStep(watched);
  const { box, lines, onCursor } = glass;
  return (
    <>
      {cursor !== undefined && isInView(cursor, box.reach) && <CursorRule step={cursor} box={box} />}
      {lines.length > 0 && onCursor && <StepGlass {...glass} {...{ cursor, pinned }} />}
    </>
  );
}

/** Moved as a picture of its own: whatever lies below is not painted again. */
function CursorRule({ step, box }: { readonly step: number; readonly box: PlotBox }) {
  return <div className={styles.cursor} style={{ transform: `translateX(${placeOf(step, box)}px)` }} />;
}

/** Between the ends of the axis: the step of the cursor, else what a look at the lines would not tell. */
export function CursorWords({ cursor, otherwise }: Pick<LineChartProps, "cursor"> & { readonly otherwise: string }) {
  const step = useStepCursor(cursor);
  return <span className={styles.said}>{step === undefined ? otherwise : `step ${step}`}</span>;
}
