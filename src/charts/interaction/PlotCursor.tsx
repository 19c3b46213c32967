import { isInView, PLOT, type PlotBox, placeOf } from "../scales/plotArea.ts";
import styles from "./interaction.module.css";
import { PlotPointer, type PlotPointerProps } from "./PlotPointer.tsx";
import { type StepCursor, usePinnedStep, useStepCursor } from "./stepCursor.ts";

interface PlotCursorProps extends Omit<PlotPointerProps, "cursor" | "pinned"> {
  readonly cursor: StepCursor | undefined;
}

/** The step cursor over the lines, with the layer that moves it. */
export function PlotCursor({ cursor: watched, ...pointer }: PlotCursorProps) {
  const cursor = useStepCursor(watched);
  const pinned = usePinnedStep(watched);
  const { box, lines, onCursor } = pointer;
  return (
    <>
      {cursor !== undefined && isInView(cursor, box.xScale) && <CursorRule step={cursor} box={box} />}
      {lines.length > 0 && onCursor && <PlotPointer {...pointer} {...{ cursor, pinned }} />}
    </>
  );
}

/** The cursor's line with its step below the axis. Moved as a picture of its own: whatever lies below is not painted again. */
function CursorRule({ step, box }: { readonly step: number; readonly box: PlotBox }) {
  const place = placeOf(step, box);
  const end = place > box.width - 40 ? "end" : place < 60 ? "start" : undefined;
  return (
    <div
      className={styles.cursor}
      style={{ transform: `translateX(${place}px)`, height: box.height - PLOT.top - PLOT.bottom }}
    >
      <span className={styles.at} data-end={end}>
        step {step}
      </span>
    </div>
  );
}
