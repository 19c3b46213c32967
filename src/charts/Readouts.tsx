import styles from "./Chart.module.css";
import { type StepCursor, useStepCursor } from "./interaction/stepCursor.ts";
import { type ChartLine, strokeOf, wordColour } from "./series/line.ts";

/** From here on colours alone are hard to tell apart: every name has a piece of its line beside it. */
const CROWD = 3;

interface ReadoutsProps {
  readonly lines: readonly ChartLine[];
  readonly cursor: StepCursor | undefined;
  readonly unit: string;
  readoutText(value: number): string;
}

/** The legend: every line's name with its value at the step cursor. It takes as many rows as the names need. */
export function Readouts({ lines, cursor, unit, readoutText }: ReadoutsProps) {
  const step = useStepCursor(cursor);
  return (
    <p className={styles.values}>
      {lines.map((line) => (
        <Readout key={line.label} {...{ line, step, readoutText }} crowded={lines.length > CROWD} />
      ))}
      {unit && lines.length > 0 && <span className={styles.unit}>{unit}</span>}
    </p>
  );
}

interface ReadoutProps extends Pick<ReadoutsProps, "readoutText"> {
  readonly line: ChartLine;
  readonly step: number | undefined;
  readonly crowded: boolean;
}

function Readout({ line, step, readoutText, crowded }: ReadoutProps) {
  const value = line.valueAt(step);
  if (value === undefined) return null;
  return (
    <span style={{ color: line.faint ? "var(--soft)" : wordColour(line.tone) }}>
      {crowded && (
        <svg className={styles.swatch} width="18" height="8" aria-hidden="true">
          <path d="M0 4H18" {...strokeOf(line)} />
        </svg>
      )}
      {line.label} {readoutText(value)}
    </span>
  );
}
