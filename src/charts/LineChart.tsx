import { useId, useMemo, useState } from "react";
import { ChartMenu } from "./ChartMenu.tsx";
import { ChartTable } from "./ChartTable.tsx";
import type { ChartLine } from "./chartLine.ts";
import type { ScaleWishes } from "./domain.ts";
import styles from "./LineChart.module.css";
import type { LineChartProps } from "./lineChartProps.ts";
import { Plot } from "./Plot.tsx";
import { Readouts } from "./Readouts.tsx";
import { stepReach } from "./reach.ts";

export type { LineChartProps } from "./lineChartProps.ts";
export { preparePlots } from "./Plot.tsx";

/** A chart that speaks: title, current values in the colours of their lines, the lines, one sentence, and its numbers as a table. */
export function LineChart(props: LineChartProps) {
  const { title, sentence, lines, cursor, unit, numberText, readoutText, steps, reach: given } = props;
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  const [log, setLog] = useState(false);
  const wishes = useMemo((): ScaleWishes => ({ log, cut: props.cut ?? false }), [log, props.cut]);
  const plain = useMemo(() => stepReach(steps), [steps]);
  const reach = given ?? plain;
  const drawn = lines.filter(hasSomething);
  const height = props.height ?? HEIGHT;
  return (
    <figure className={styles.chart} aria-labelledby={`${id}-title`}>
      <header className={styles.head}>
        <h3 id={`${id}-title`}>{title}</h3>
        <span className={styles.actions}>
          {props.actions}
          <button
            type="button"
            className="quiet"
            aria-pressed={asTable}
            aria-label={`${title} as a table`}
            hidden={drawn.length === 0}
            onClick={() => setAsTable(!asTable)}
          >
            table
          </button>
          {drawn.length > 0 && (
            <ChartMenu
              {...{ title, sentence, unit, lines: drawn, reach, wishes, log, numberText }}
              domain={props.domain}
              marks={props.marks}
              onLog={setLog}
            />
          )}
        </span>
        <Readouts lines={drawn} {...{ cursor, unit, readoutText }} />
      </header>
      {asTable && drawn.length > 0 ? (
        <ChartTable title={title} numberText={numberText} lines={drawn} height={height} />
      ) : (
        <Plot {...props} lines={drawn} reach={reach} wishes={wishes} height={height} />
      )}
      <figcaption className={`caption ${styles.foot}`}>{sentence}</figcaption>
    </figure>
  );
}

function hasSomething({ points, ahead, behind }: ChartLine): boolean {
  return points.length > 0 || (ahead?.length ?? 0) > 1 || (behind?.length ?? 0) > 1;
}

const HEIGHT = 120;
