import styles from "./Chart.module.css";
import type { ChartLine } from "./series/line.ts";

interface ChartTableProps {
  readonly title: string;
  readonly lines: readonly ChartLine[];
  readonly height: number;
  numberText(value: number): string;
}

const ROWS = 12;

/** The chart's numbers at up to a dozen steps, evenly spread, the first and the newest among them. */
export function ChartTable({ title, lines, height, numberText }: ChartTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section className={styles.table} style={{ height: height + 18 }} tabIndex={0} aria-label={`${title}, numbers`}>
      <table>
        <thead>
          <tr>
            <th scope="col">step</th>
            {lines.map(({ label }) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tableSteps(lines).map((step) => (
            <tr key={step}>
              <th scope="row">{step}</th>
              {lines.map((line) => {
                const value = line.valueAt(step);
                return <td key={line.label}>{value === undefined ? "–" : numberText(value)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Up to {@link ROWS} steps at which some line has a value. */
function tableSteps(lines: readonly ChartLine[]): number[] {
  const all = [...new Set(lines.flatMap(stepsOf))].sort((a, b) => a - b);
  if (all.length <= ROWS) return all;
  return Array.from({ length: ROWS }, (_, row) => all[Math.round((row * (all.length - 1)) / (ROWS - 1))]!);
}

/** Where a line was measured; where it was drawn if that is all there is. */
function stepsOf({ points, full }: ChartLine): number[] {
  if (!full) return points.map(({ x }) => x);
  const { steps, values, length } = full;
  return Array.from(steps.subarray(0, length)).filter((_, i) => Number.isFinite(values[i]!));
}
