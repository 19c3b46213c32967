import { useStore } from "zustand";
import type { AxisUnit } from "../../../charts/scales/xScale.ts";
import { stepScale, zoomed } from "../../../charts/scales/xScale.ts";
import { useDraft } from "../../shared/labContext.ts";
import styles from "./ChartBar.module.css";
import { type Cursor, useCursorStep } from "./chartDesk.ts";
import { useSubject } from "./useChart.ts";

const UNITS: readonly { readonly unit: AxisUnit; readonly label: string }[] = [
  { unit: "step", label: "steps" },
  { unit: "tokens", label: "tokens" },
  { unit: "seconds", label: "seconds" },
];

interface ChartBarProps {
  readonly cursor: Cursor;
}

/** How all charts are drawn: one control for all of them. */
export default function ChartBar({ cursor }: ChartBarProps) {
  const smooth = useDraft(({ view }) => view.smooth);
  const { unit, cut } = useStore(cursor.look);
  return (
    <fieldset className={styles.bar}>
      <legend className="spoken">All charts</legend>
      <label className={styles.smooth}>
        <span>smoothing</span>
        <input
          type="range"
          className="slide"
          min={0}
          max={0.99}
          step={0.01}
          value={smooth}
          aria-valuetext={smooth === 0 ? "off" : `${smooth}`}
          onChange={(event) => cursor.smooth(Number(event.target.value))}
        />
        <span>{smooth === 0 ? "off" : smooth.toFixed(2)}</span>
      </label>
      <label className={styles.unit}>
        <span>over</span>
        <select
          className="select"
          value={unit}
          onChange={(event) => cursor.look.setState({ unit: event.target.value as AxisUnit })}
        >
          {UNITS.map(({ unit, label }) => (
            <option key={unit} value={unit}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label className={styles.cut}>
        <input
          type="checkbox"
          checked={!cut}
          onChange={(event) => cursor.look.setState({ cut: !event.target.checked })}
        />
        <span>outliers</span>
      </label>
      <Zoom cursor={cursor} />
    </fieldset>
  );
}

/** The part of the run that is seen. */
function Zoom({ cursor }: ChartBarProps) {
  const { zoom } = useStore(cursor.look);
  const pinned = useDraft(({ view }) => view.cursor);
  const at = useCursorStep(cursor);
  const { steps } = useSubject().optimizer;
  const xScale = stepScale(steps, zoom);
  return (
    <span className={styles.zoom}>
      <span className={styles.span}>
        {zoom ? `steps ${zoom.from} to ${zoom.to}` : "the whole run"}
        {pinned !== undefined && `, cursor at ${pinned}`}
      </span>
      <button
        type="button"
        className="quiet"
        aria-label="Zoom in"
        title="A sweep over a chart zooms in too"
        onClick={() => cursor.zoom(zoomed(xScale, 0.5, at))}
      >
        +
      </button>
      <button
        type="button"
        className="quiet"
        aria-label="Zoom out"
        aria-disabled={!zoom}
        onClick={() => zoom && cursor.zoom(zoomed(xScale, 2, at))}
      >
        −
      </button>
      <button
        type="button"
        className="quiet"
        aria-label="Show the whole run"
        aria-disabled={!zoom}
        onClick={() => cursor.zoom(undefined)}
      >
        all
      </button>
    </span>
  );
}
