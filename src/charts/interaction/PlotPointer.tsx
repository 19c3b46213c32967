import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { type PlotBox, placeOf, stepAt } from "../scales/plotArea.ts";
import { type Span, swept, zoomed } from "../scales/xScale.ts";
import type { ChartLine } from "../series/line.ts";
import styles from "./interaction.module.css";

/** What the pointer and the keys do to a chart. */
export interface PointerActions {
  /** Without a step the pointer has left. */
  onCursor?(step: number | undefined): void;
  /** A click or a key keeps the cursor where it is; without a step it goes. */
  onPin?(step: number | undefined): void;
  /** Another part of the run is to be seen; the whole of it without a span. */
  onZoom?(span: Span | undefined): void;
  /** A stroke over the lines instead of a sweep: step and height in pixels; the last place of it is `final`. */
  onStroke?(step: number, place: number, box: PlotBox, final: boolean): void;
}

export interface PlotPointerProps extends PointerActions {
  /** Of the chart. */
  readonly title: string;
  readonly lines: readonly ChartLine[];
  readonly cursor: number | undefined;
  readonly pinned: number | undefined;
  readonly box: PlotBox;
  /** How a current value is written. */
  readoutText(value: number): string;
}

/** In pixels from the plot's corner. */
interface Place {
  readonly across: number;
  readonly down: number;
}

function placeIn({ clientX, clientY, currentTarget }: PointerEvent<HTMLElement>): Place {
  const { left, top } = currentTarget.getBoundingClientRect();
  return { across: clientX - left, down: clientY - top };
}

/** A press that moves less than this is a click. */
const CLICK_PX = 4;

/**
 * What lies over a chart's lines and takes the pointer and the keys: pointing moves the step cursor of all charts, a click pins it, a sweep zooms in. By keyboard a
 * slider: arrows move the cursor, Enter pins it and lets it go, + and − zoom about it, 0 shows the whole run.
 */
export function PlotPointer(props: PlotPointerProps) {
  const { title, lines, cursor, onCursor, pinned, readoutText, box } = props;
  const { xScale } = box;
  const { from, to } = xScale.span;
  const { sweep, ...hand } = useHand(props);
  const newest = Math.max(from, ...lines.flatMap(({ points }) => points.at(-1)?.x ?? []).map((x) => xScale.stepOf(x)));
  const now = cursor ?? Math.min(to, newest);
  const said = lines.flatMap((line) => {
    const value = line.valueAt(now);
    return value === undefined ? [] : `${line.label} ${readoutText(value)}`;
  });
  return (
    <div
      role="slider"
      tabIndex={0}
      className={styles.pointer}
      aria-label={`Step of ${title}`}
      aria-valuemin={from}
      aria-valuemax={to}
      aria-valuenow={now}
      // While nothing is pointed at, what is newest changes all the time and is not worth being read out.
      aria-valuetext={cursor === undefined ? "newest step" : `step ${cursor}: ${said.join(", ")}`}
      {...hand}
      onPointerLeave={() => onCursor?.(undefined)}
      onKeyDown={(event) => onKey(event, now, props)}
    >
      {pinned !== undefined && pinned >= from && pinned <= to && (
        <span className={styles.pin} style={{ left: placeOf(pinned, box) }} />
      )}
      {sweep && (
        <span className={styles.sweep} style={{ left: Math.min(...sweep), width: Math.abs(sweep[1] - sweep[0]) }} />
      )}
    </div>
  );
}

/** Points, clicks, sweeps and strokes of a hand, with the sweep under way in pixels. */
function useHand({ box, pinned, onCursor, onPin, onZoom, onStroke }: PlotPointerProps) {
  const pressed = useRef<Place>(undefined);
  const [sweep, setSweep] = useState<readonly [number, number]>();
  const stroking = useRef(false);

  function onPointerMove(event: PointerEvent<HTMLElement>): void {
    const place = placeIn(event);
    const step = stepAt(place.across, box);
    onCursor?.(step);
    const start = pressed.current;
    // A finger that moves scrolls the page or points; it neither sweeps nor draws.
    if (!start || event.pointerType === "touch") return;
    const clicked = Math.hypot(place.across - start.across, place.down - start.down) < CLICK_PX;
    if (onStroke && (stroking.current || !clicked)) {
      if (!stroking.current) onStroke(stepAt(start.across, box), start.down, box, false);
      stroking.current = true;
      onStroke(step, place.down, box, false);
    } else if (onZoom && !onStroke && (sweep || Math.abs(place.across - start.across) >= CLICK_PX)) {
      setSweep([start.across, place.across]);
    }
  }

  function onPointerDown(event: PointerEvent<HTMLElement>): void {
    if (event.button !== 0) return;
    pressed.current = placeIn(event);
    event.currentTarget.setPointerCapture?.(event.pointerId);
  }

  function onPointerUp(event: PointerEvent<HTMLElement>): void {
    if (!pressed.current) return;
    const place = placeIn(event);
    const step = stepAt(place.across, box);
    if (stroking.current) onStroke?.(step, place.down, box, true);
    else if (sweep) onZoom?.(swept(stepAt(sweep[0], box), step, box.xScale.steps));
    else onPin?.(pinned === step ? undefined : step);
    onPointerCancel();
  }

  function onPointerCancel(): void {
    pressed.current = undefined;
    stroking.current = false;
    setSweep(undefined);
  }

  return { sweep, onPointerMove, onPointerDown, onPointerUp, onPointerCancel };
}

/** @param now the step at which the cursor is, or would be */
function onKey(event: KeyboardEvent, now: number, { box, cursor, pinned, onPin, onZoom }: PlotPointerProps): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { xScale } = box;
  const { from, to } = xScale.span;
  const far = Math.max(1, Math.round((to - from) / 10));
  const moves: Readonly<Record<string, number>> = {
    ArrowRight: now + (event.shiftKey ? 10 : 1),
    ArrowUp: now + (event.shiftKey ? 10 : 1),
    ArrowLeft: now - (event.shiftKey ? 10 : 1),
    ArrowDown: now - (event.shiftKey ? 10 : 1),
    PageUp: now + far,
    PageDown: now - far,
    Home: from,
    End: to,
  };
  const step = moves[event.key];
  if (step !== undefined) onPin?.(Math.min(to, Math.max(from, step)));
  else if (event.key === "Enter" || event.key === " ") onPin?.(pinned === undefined ? now : undefined);
  else if (event.key === "Escape" && pinned !== undefined) onPin?.(undefined);
  else if (event.key === "+" || event.key === "=") onZoom?.(zoomed(xScale, 0.5, cursor));
  else if (event.key === "-" || event.key === "−") onZoom?.(zoomed(xScale, 2, cursor));
  else if (event.key === "0") onZoom?.(undefined);
  else return;
  event.preventDefault();
}
