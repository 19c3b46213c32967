import { useId, useMemo, useRef, useState } from "react";
import styles from "./Chart.module.css";
import { ChartTable } from "./ChartTable.tsx";
import type { ChartProps } from "./chartProps.ts";
import { EndNames, endNamesWidth } from "./EndNames.tsx";
import { ChartMenu } from "./export/ChartMenu.tsx";
import { EnlargeButton } from "./interaction/EnlargeButton.tsx";
import { hasFeed } from "./metricSource.ts";
import { omittedPoints } from "./omittedPoints.ts";
import { Plot } from "./Plot.tsx";
import { Readouts } from "./Readouts.tsx";
import { read } from "./reading.ts";
import { useWidth } from "./scales/useWidth.ts";
import { stepScale } from "./scales/xScale.ts";
import { ticksFor, yScaleFor } from "./scales/yScale.ts";
import type { ChartLine } from "./series/line.ts";

interface ChartFigureProps extends ChartProps {
  /** It fills the page: larger letters, and both sentences. */
  readonly large?: boolean;
  onEnlarge?(): void;
}

const HEIGHT = 120;
/** Letters of two lines below a small chart. */
const ROOM = 80;

/** A chart that speaks: title, current values in the colours of their lines, the lines, one sentence, and its numbers as a table. */
export function ChartFigure(props: ChartFigureProps) {
  const { spec, cursor, numberText, readoutText, leads, large, onEnlarge } = props;
  const { title } = spec;
  const id = useId();
  const figure = useRef<HTMLElement>(null);
  const [frame, width] = useWidth<HTMLDivElement>(leads && !large ? "leading chart" : "");
  const [asTable, setAsTable] = useState(false);
  const [log, setLog] = useState(false);
  const { lines, sentence, says, omitted, units, xScale, yScale } = useReading(props, log);
  const height = props.height ?? HEIGHT;
  const names = endNamesWidth(namesOf(props, lines), leads === true, width, height);
  return (
    <figure
      ref={figure}
      className={styles.chart}
      data-chart={spec.id}
      data-large={large}
      data-leads={leads}
      aria-labelledby={`${id}-title`}
    >
      <header className={styles.head}>
        <h3 id={`${id}-title`}>{title}</h3>
        <span className={styles.actions}>
          {props.actions}
          <button
            type="button"
            className="quiet"
            aria-pressed={asTable}
            aria-label={`${title} as a table`}
            hidden={lines.length === 0}
            onClick={() => setAsTable(!asTable)}
          >
            table
          </button>
          {lines.length > 0 && (
            <ChartMenu
              {...{ title, lines, log, sentence: says ?? sentence, unit: units, readoutText }}
              plot={() => figure.current?.querySelector<HTMLElement>("[data-plot]") ?? undefined}
              onLog={setLog}
              onLead={props.onLead}
            />
          )}
          {onEnlarge && <EnlargeButton title={title} hidden={lines.length === 0} onClick={onEnlarge} />}
        </span>
        {names === 0 && <Readouts {...{ lines, cursor, readoutText }} unit={units} />}
        {names > 0 && units && <span className={styles.unit}>{units}</span>}
      </header>
      <div ref={frame} className={styles.body}>
        {asTable && lines.length > 0 && (
          <ChartTable title={title} numberText={numberText} lines={lines} height={height} />
        )}
        <div className={styles.drawn} data-hidden={asTable} style={{ paddingRight: names }}>
          <Plot {...props} {...{ lines, xScale, yScale, height }} />
          {names > 0 && <EndNames {...{ lines, cursor, readoutText, xScale, yScale, height }} width={names} />}
        </div>
      </div>
      <Foot {...{ sentence, says, omitted, large }} />
    </figure>
  );
}

interface FootProps {
  /** What the chart shows, and what its lines say: in a small chart one of them. */
  readonly sentence: string;
  readonly says: string | undefined;
  /** Says which points are not drawn. */
  readonly omitted: string;
  readonly large: boolean | undefined;
}

function Foot({ sentence, says, omitted, large }: FootProps) {
  return (
    <figcaption className={`caption ${styles.foot}`}>
      {says ?? sentence}
      {large && says !== undefined && ` ${sentence}`}
      {omitted !== "" && ` ${omitted}`}
    </figcaption>
  );
}

/** The lines of a chart and what is said of them, on its two scales. */
function useReading(props: ChartFigureProps, log: boolean) {
  const { spec, metrics, subject, readoutText, steps, cut, height = HEIGHT } = props;
  const { domain, whole } = spec;
  const { lines, sentence, shown, says: said } = useMemo(() => read(spec, metrics, subject), [spec, metrics, subject]);
  const plain = useMemo(() => stepScale(steps), [steps]);
  const yScale = useMemo(
    () => yScaleFor(lines, { log, cut: cut ?? false, bounds: domain, whole, count: ticksFor(height) }),
    [lines, log, cut, domain, whole, height],
  );
  const omitted = useMemo(() => omittedPoints(lines, yScale), [lines, yScale]);
  const says = useMemo(() => said(readoutText, ROOM - omitted.length), [said, readoutText, omitted]);
  const units = [shown, spec.unit].filter((word) => word !== undefined).join(", ");
  return { lines, sentence, says, omitted, units, xScale: props.xScale ?? plain, yScale };
}

/** The names that a chart has or will have: nothing moves sideways when its lines come. */
function namesOf({ spec, metrics, subject }: ChartFigureProps, lines: readonly ChartLine[]): readonly string[] {
  if (metrics.overlay) return lines.map(({ label }) => label);
  const { feeds } = metrics.subject ?? subject;
  const own = spec.series.filter((series) => !series.extra && hasFeed(series, feeds)).map(({ label }) => label);
  return [...new Set([...own, ...lines.map(({ label }) => label)])];
}
