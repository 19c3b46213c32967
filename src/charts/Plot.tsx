import { lazy, Suspense, useMemo, useSyncExternalStore } from "react";
import { Areas } from "./Areas.tsx";
import { Bands } from "./Bands.tsx";
import type { ChartLine } from "./chartLine.ts";
import { type Scale, type ScaleWishes, scaleFor } from "./domain.ts";
import styles from "./LineChart.module.css";
import type { LineChartProps } from "./lineChartProps.ts";
import { CursorWords, PlotCursor } from "./PlotCursor.tsx";
import { heightOf, isInView, PLOT, placeOf } from "./plotArea.ts";
import type { Reach } from "./reach.ts";
import { Sketch } from "./Sketch.tsx";
import { useWidth } from "./useWidth.ts";

// Recharts is half of the page's weight, and nothing needs it before lines begin to grow.
const loadPlot = () => import("./LinePlot.tsx");
const LinePlot = lazy(loadPlot);
let wanted = false;
const waiting = new Set<() => void>();

/** From now on lines may grow: fetches what draws those. Until it is there, and before, they are drawn by hand. */
export function preparePlots(): void {
  if (wanted) return;
  wanted = true;
  // A failure shows where a chart needs it, and is tried again there.
  loadPlot().catch(() => {});
  for (const tell of waiting) tell();
}

function usePlotsWanted(): boolean {
  return useSyncExternalStore(
    (tell) => {
      waiting.add(tell);
      return () => waiting.delete(tell);
    },
    () => wanted,
  );
}

export interface PlotProps extends LineChartProps {
  readonly reach: Reach;
  readonly wishes: ScaleWishes;
  readonly height: number;
}

/** The lines with their scales, and what stands over them. */
export function Plot(props: PlotProps) {
  const { title, lines, live, reach, wishes, domain, empty, height, marks, flags, cursor, numberText } = props;
  const [frame, width] = useWidth<HTMLDivElement>();
  const plotsWanted = usePlotsWanted();
  const scale = useMemo(() => scaleFor(lines, domain, wishes), [lines, domain, wishes]);
  const said = useMemo(() => honesty(lines, scale), [lines, scale]);
  const box = { reach, scale, width, height };
  const at = (step: number) => placeOf(step, box);
  return (
    <div>
      <div ref={frame} className={styles.plot} style={{ height }}>
        {[scale.ticks[0]!, scale.ticks.at(-1)!].map((tick, end) => (
          <span key={end === 0 ? "low" : "high"} className={styles.tick} style={{ top: heightOf(tick, box) }}>
            {lines.length > 0 || domain ? numberText(tick) : ""}
          </span>
        ))}
        {lines.length === 0 && <p className={`caption ${styles.empty}`}>{empty}</p>}
        {width > 0 && <Areas lines={lines} {...box} />}
        {width > 0 && <Bands lines={lines} {...box} />}
        {lines.length > 0 && width > 0 && (
          <Suspense fallback={<Sketch lines={lines} {...box} />}>
            {plotsWanted && !live ? <LinePlot lines={lines} {...box} /> : <Sketch lines={lines} {...box} />}
          </Suspense>
        )}
        {width > 0 &&
          marks
            ?.filter((step) => isInView(step, reach))
            .map((step) => <div key={step} className={styles.mark} style={{ left: at(step) }} />)}
        {width > 0 && <PlotCursor {...props} cursor={cursor} box={box} />}
        {width > 0 &&
          flags
            ?.filter(({ step, charts }) => (charts === undefined || charts.includes(title)) && isInView(step, reach))
            .map(({ step, label }) => (
              <span
                key={`${label} ${step}`}
                role="img"
                aria-label={`Alert at step ${step}: ${label}`}
                title={`Step ${step}: ${label}`}
                className={styles.flag}
                style={{ left: at(step) }}
              />
            ))}
        {width > 0 && props.over?.(box)}
      </div>
      <div className={styles.steps} style={{ paddingLeft: PLOT.left, paddingRight: PLOT.right }}>
        <span>{endText(reach.min, reach)}</span>
        <CursorWords cursor={cursor} otherwise={said} />
        <span>{endText(reach.max, reach)}</span>
      </div>
    </div>
  );
}

const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

/** An end of the axis in its unit. */
function endText(value: number, { unit, max }: Reach): string {
  if (unit === "step") return String(value);
  if (unit === "tokens") return `${COMPACT.format(value)}${value === max ? " tokens" : ""}`;
  return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)}${value === max ? " s" : ""}`;
}

/** What a look at the lines would not tell: that points were left out, and how many. */
export function honesty(lines: readonly ChartLine[], scale: Scale): string {
  const said: string[] = [];
  const thinned = lines.flatMap((line) => line.thinned ?? []).filter(({ drawn, measured }) => drawn < measured);
  const most = thinned.reduce((a, b) => (b.measured > a.measured ? b : a), { drawn: 0, measured: 0 });
  if (most.measured > 0) {
    said.push(`${most.drawn.toLocaleString("en")} of ${most.measured.toLocaleString("en")} points drawn`);
  }
  let hidden = 0;
  for (const { points } of lines) for (const { y } of points) if (y < scale.min || y > scale.max) hidden++;
  if (hidden > 0) said.push(`${hidden} out of view`);
  return said.join(" · ");
}
