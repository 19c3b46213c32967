import { useId } from "react";
import type { Point } from "./chartLine.ts";
import styles from "./LineChart.module.css";
import { LineChart } from "./LineChart.tsx";
import type { RunChartProps } from "./MetricChart.tsx";

export interface MuChartProps extends RunChartProps {
  /** The algorithm mixes, so there is a µ. */
  readonly applies: boolean;
  /** The schedule as planned, at every step. */
  readonly ahead: readonly Point[];
}

const TITLE = "µ schedule";
const UNIT = [0, 1] as const;

export function MuChart({ applies, ahead, metrics, ...chart }: MuChartProps) {
  const id = useId();
  if (!applies) {
    return (
      <figure className={styles.chart} aria-labelledby={id}>
        <header className={styles.head}>
          <h3 id={id}>{TITLE}</h3>
        </header>
        <figcaption className="caption">This algorithm has no µ: nothing is mixed.</figcaption>
      </figure>
    );
  }
  const { overlay } = metrics;
  const { label, tone } = overlay?.own ?? { label: "µ", tone: 1 as const };
  const past = metrics.line("mu", label, tone);
  const planned = (step = 1) => (ahead.find(({ x }) => x >= step) ?? ahead.at(-1))?.y;
  const line = {
    label,
    tone,
    points: past?.points ?? [],
    ahead,
    valueAt: (step?: number) =>
      past && past.points.length > 0 && (step === undefined || step <= past.points.at(-1)!.x)
        ? past.valueAt(step)
        : planned(step),
  };
  return (
    <LineChart
      {...chart}
      title={TITLE}
      sentence="The expert's share of the loss; dashed is what is still to come."
      empty="Appears with the first step."
      domain={UNIT}
      lines={overlay ? [...overlay.lines("mu"), ...(overlay.own ? [line] : [])] : [line]}
    />
  );
}
