import { isInView, type PlotBox, placeOf } from "../scales/plotArea.ts";
import type { Flag } from "../series/line.ts";
import styles from "./interaction.module.css";

interface FlagsProps {
  readonly flags: readonly Flag[];
  /** Id of the chart that they may stand on. */
  readonly chart: string;
  readonly box: PlotBox;
}

/** The steps at which an alert began, on the charts that it names. */
export function Flags({ flags, chart, box }: FlagsProps) {
  return flags
    .filter(({ step, charts }) => (charts === undefined || charts.includes(chart)) && isInView(step, box.xScale))
    .map(({ step, label }) => (
      <span
        key={`${label} ${step}`}
        role="img"
        aria-label={`Alert at step ${step}: ${label}`}
        title={`Step ${step}: ${label}`}
        className={styles.flag}
        style={{ left: placeOf(step, box), height: box.height - 10 }}
      />
    ));
}
