import { type ChartLine, wordColour } from "./chartLine.ts";
import styles from "./LineChart.module.css";
import type { LineChartProps } from "./lineChartProps.ts";
import { useStepCursor } from "./stepCursor.ts";

/** From here on the values beside the title are told apart by colour alone; the list of runs names them, and so does the table. */
const CROWD = 3;

export interface ReadoutsProps extends Pick<LineChartProps, "lines" | "cursor" | "unit" | "readoutText"> {}

/** The values of all lines at the step cursor, in the colours of the lines. */
export function Readouts({ lines, cursor, unit, readoutText }: ReadoutsProps) {
  const step = useStepCursor(cursor);
  return (
    <p className={styles.values}>
      {lines.map((line) => (
        <Readout key={line.label} {...{ line, step, readoutText }} crowded={lines.length > CROWD} />
      ))}
      {unit && <span className={styles.unit}>{unit}</span>}
    </p>
  );
}

interface ReadoutProps extends Pick<LineChartProps, "readoutText"> {
  readonly line: ChartLine;
  readonly step: number | undefined;
  readonly crowded: boolean;
}

function Readout({ line, step, readoutText, crowded }: ReadoutProps) {
  const value = line.valueAt(step);
  if (value === undefined) return null;
  return (
    <span style={{ color: line.faint ? "var(--soft)" : wordColour(line.tone) }}>
      <span className={crowded ? "spoken" : undefined}>{line.label} </span>
      {readoutText(value)}
    </span>
  );
}
