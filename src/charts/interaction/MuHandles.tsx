import { type KeyboardEvent, type PointerEvent, useId, useRef } from "react";
import { heightOf, isInView, type PlotBox, placeOf, stepAt, valueAtHeight } from "../scales/plotArea.ts";
import styles from "./MuHandles.module.css";
import { added, type Drawable, type MuCorner, moved } from "./muCorners.ts";

interface MuHandlesProps extends Drawable {
  readonly corners: readonly MuCorner[];
  readonly box: PlotBox;
  /** Corners as they would be; the first that changed. A passing place of a drag is not `final`. */
  onChange(next: readonly MuCorner[], changed: number, final: boolean): void;
}

/** The corners of µ that are still to come, to be dragged or moved by keys. */
export default function MuHandles({ corners, box, from, steps, onChange }: MuHandlesProps) {
  const id = useId();
  const room = { from, steps };

  return (
    <div className={styles.handles}>
      <span id={id} hidden>
        Up and down change µ, left and right the step; Enter adds a handle after this one, Delete removes it.
      </span>
      {corners.map(({ step }, index) =>
        step < from || !isInView(step, box.xScale) ? null : (
          <Handle
            // biome-ignore lint/suspicious/noArrayIndexKey: a handle that is dragged stays the same handle
            key={index}
            {...{ corners, index, room, box, onChange }}
            describedBy={id}
          />
        ),
      )}
    </div>
  );
}

interface HandleProps extends Pick<MuHandlesProps, "corners" | "box" | "onChange"> {
  readonly index: number;
  readonly room: Drawable;
  readonly describedBy: string;
}

function Handle({ corners, index, room, box, describedBy, onChange }: HandleProps) {
  const held = useRef(false);
  const { step, mu } = corners[index]!;

  function drag(event: PointerEvent<HTMLElement>, final: boolean): void {
    if (!held.current) return;
    const plot = event.currentTarget.parentElement!.getBoundingClientRect();
    const to = { step: stepAt(event.clientX - plot.left, box), mu: valueAtHeight(event.clientY - plot.top, box) };
    onChange(moved(corners, index, to, room), index, final);
  }

  return (
    <span
      role="slider"
      tabIndex={0}
      className={styles.handle}
      style={{ left: placeOf(step, box), top: heightOf(mu, box) }}
      aria-label={`µ handle ${index + 1} of ${corners.length}`}
      aria-describedby={describedBy}
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={1}
      aria-valuenow={mu}
      aria-valuetext={`µ ${mu} at step ${step}`}
      title={`µ ${mu} at step ${step}`}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        held.current = true;
        event.currentTarget.setPointerCapture?.(event.pointerId);
        event.currentTarget.focus();
        event.preventDefault();
      }}
      onPointerMove={(event) => drag(event, false)}
      onPointerUp={(event) => {
        drag(event, true);
        held.current = false;
      }}
      onPointerCancel={() => {
        held.current = false;
      }}
      onKeyDown={(event) => onKey(event, corners, index, room, onChange)}
    />
  );
}

function onKey(
  event: KeyboardEvent,
  corners: readonly MuCorner[],
  index: number,
  room: Drawable,
  onChange: MuHandlesProps["onChange"],
): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { step, mu } = corners[index]!;
  const far = event.shiftKey ? 10 : 1;
  const places: Readonly<Record<string, MuCorner>> = {
    ArrowUp: { step, mu: mu + 0.01 * far },
    ArrowDown: { step, mu: mu - 0.01 * far },
    ArrowRight: { step: step + far, mu },
    ArrowLeft: { step: step - far, mu },
    PageUp: { step, mu: mu + 0.1 },
    PageDown: { step, mu: mu - 0.1 },
    Home: { step, mu: 0 },
    End: { step, mu: 1 },
  };
  const to = places[event.key];
  if (to) onChange(moved(corners, index, to, room), index, true);
  else if (event.key === "Enter" || event.key === "Insert") onChange(added(corners, index, room), index + 1, true);
  else if (event.key === "Delete" || event.key === "Backspace") {
    onChange(
      corners.filter((_, at) => at !== index),
      index,
      true,
    );
  } else return;
  event.preventDefault();
  event.stopPropagation();
}
