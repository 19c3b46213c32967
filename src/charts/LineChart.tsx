import { lazy, memo, type PointerEvent, Suspense, useId, useMemo, useState } from "react";
import { Bands } from "./Bands.tsx";
import { ChartTable } from "./ChartTable.tsx";
import { type ChartLine, type Flag, wordColour } from "./chartLine.ts";
import { scaleFor } from "./domain.ts";
import styles from "./LineChart.module.css";
import { heightOf, PLOT, placeOf, stepAt } from "./plotArea.ts";
import { useWidth } from "./useWidth.ts";

// Recharts is most of the page's weight, and nothing needs it before the first point.
const loadPlot = () => import("./LinePlot.tsx");
const LinePlot = lazy(loadPlot);

/** Fetches what draws lines before there are any, so that the first ones do not wait for it. */
export function preparePlots(): void {
  // A failure shows where a chart needs it, and is tried again there.
  loadPlot().catch(() => {});
}

export interface LineChartProps {
  /** Also the accessible name of the figure. */
  readonly title: string;
  /** What is to be seen, in one sentence. */
  readonly sentence: string;
  readonly lines: readonly ChartLine[];
  readonly steps: number;
  /** Ends of the vertical scale; they follow the data without. */
  readonly domain?: readonly [number, number] | undefined;
  /** Said in the place of the lines while there are none. */
  readonly empty: string;
  readonly unit?: string | undefined;
  readonly height?: number;
  /** Steps at which a setting was changed by hand. */
  readonly marks?: readonly number[];
  /** Steps that an alert speaks of. */
  readonly flags?: readonly Flag[];
  /** The step that the readout speaks of, shared by every chart; none: the newest. */
  readonly cursor?: number | undefined;
  onCursor?(step: number | undefined): void;
  /** How a tick of the scale and a cell of the table are written. */
  numberText(value: number): string;
  /** How a current value is written. */
  readoutText(value: number): string;
}

/** A chart that speaks: title, current values in the colours of their lines, the lines, one sentence, and its numbers as a table. */
export function LineChart(props: LineChartProps) {
  const id = useId();
  return (
    <figure className={styles.chart} aria-labelledby={`${id}-title`}>
      <ChartBody {...props} titleId={`${id}-title`} />
    </figure>
  );
}

interface Within {
  readonly titleId?: string;
  /** The figure around has a title and a caption of its own. */
  readonly within?: boolean;
  /** What the table is called, where the title alone would not say. */
  readonly tableTitle?: string;
}

/** The inside of a chart, for a figure that holds more than a chart. */
export function ChartBody(props: LineChartProps & Within) {
  const { title, tableTitle = title, sentence, lines, cursor, unit, numberText, readoutText, titleId, within } = props;
  const Caption = within ? "p" : "figcaption";
  const [asTable, setAsTable] = useState(false);
  const drawn = lines.filter(
    ({ points, ahead, behind }) => points.length > 0 || (ahead?.length ?? 0) > 1 || (behind?.length ?? 0) > 1,
  );
  return (
    <>
      <header className={within ? `${styles.head} ${styles.oneLine}` : styles.head}>
        <h3 id={titleId}>{title}</h3>
        <p className={styles.values}>
          {drawn.map((line) => (
            <Readout key={line.label} {...{ line, cursor, readoutText }} crowded={drawn.length > CROWD} />
          ))}
          {unit && <span className={styles.unit}>{unit}</span>}
        </p>
      </header>
      {asTable && drawn.length > 0 ? (
        <ChartTable title={tableTitle} numberText={numberText} lines={drawn} height={props.height ?? HEIGHT} />
      ) : (
        <Plot {...props} lines={drawn} />
      )}
      <Caption className={within ? `${styles.foot} ${styles.low}` : styles.foot}>
        <span className="caption">{sentence}</span>
        <button
          type="button"
          className="quiet"
          aria-pressed={asTable}
          aria-label={`${tableTitle} as a table`}
          hidden={drawn.length === 0}
          onClick={() => setAsTable(!asTable)}
        >
          table
        </button>
      </Caption>
    </>
  );
}

const HEIGHT = 120;

/** From here on the values beside the title are told apart by colour alone; the list of runs names them, and so does the table. */
const CROWD = 3;

interface ReadoutProps extends Pick<LineChartProps, "cursor" | "readoutText"> {
  readonly line: ChartLine;
  readonly crowded: boolean;
}

function Readout({ line, cursor, readoutText, crowded }: ReadoutProps) {
  const value = line.valueAt(cursor);
  if (value === undefined) return null;
  return (
    <span style={{ color: line.faint ? "var(--soft)" : wordColour(line.tone) }}>
      <span className={crowded ? "spoken" : undefined}>{line.label} </span>
      {readoutText(value)}
    </span>
  );
}

function Plot({
  title,
  lines,
  steps,
  domain,
  empty,
  height = HEIGHT,
  marks,
  flags,
  cursor,
  onCursor,
  numberText,
}: LineChartProps) {
  const [box, width] = useWidth<HTMLDivElement>();
  const scale = useMemo(() => scaleFor(lines, domain), [lines, domain]);
  const [first, last] = [scale.ticks[0]!, scale.ticks.at(-1)!];
  const point = (event: PointerEvent<HTMLDivElement>) =>
    onCursor?.(stepAt(event.clientX - event.currentTarget.getBoundingClientRect().left, steps, width));
  return (
    <div>
      <div
        ref={box}
        className={styles.plot}
        style={{ height }}
        onPointerMove={lines.length > 0 ? point : undefined}
        onPointerLeave={() => onCursor?.(undefined)}
      >
        {[first, last].map((tick, end) => (
          <span key={end === 0 ? "low" : "high"} className={styles.tick} style={{ top: heightOf(tick, scale, height) }}>
            {lines.length > 0 || domain ? numberText(tick) : ""}
          </span>
        ))}
        {lines.length === 0 && <p className={`caption ${styles.empty}`}>{empty}</p>}
        {width > 0 && <Bands {...{ lines, steps, scale, width, height }} />}
        {lines.length > 0 && width > 0 && (
          <Suspense>
            <LinePlot {...{ lines, steps, scale, width, height }} />
          </Suspense>
        )}
        {width > 0 && marks?.map((step) => <Rule key={step} at={placeOf(step, steps, width)} kind="mark" />)}
        {width > 0 &&
          flags
            ?.filter(({ charts }) => charts === undefined || charts.includes(title))
            .map(({ step, label }) => (
              <span
                key={`${label} ${step}`}
                role="img"
                aria-label={`Alert at step ${step}: ${label}`}
                title={`Step ${step}: ${label}`}
                className={styles.flag}
                style={{ left: placeOf(step, steps, width) }}
              />
            ))}
        {width > 0 && cursor !== undefined && <Rule at={placeOf(cursor, steps, width)} kind="cursor" />}
      </div>
      <div className={styles.steps} style={{ paddingLeft: PLOT.left, paddingRight: PLOT.right }}>
        <span>0</span>
        <span>{cursor === undefined ? "" : `step ${cursor}`}</span>
        <span>{steps}</span>
      </div>
    </div>
  );
}

const Rule = memo(function Rule({ at, kind }: { readonly at: number; readonly kind: "mark" | "cursor" }) {
  return <div className={kind === "mark" ? styles.mark : styles.cursor} style={{ left: at }} />;
});
