import { lazy, Suspense, useId, useRef, useState } from "react";
import styles from "./Chart.module.css";
import { Chart, type RunChartProps } from "./Chart.tsx";
import type { ChartSpec } from "./chartSpec.ts";
import { type MuCorner, type Redrawing, redrawn, stroked } from "./interaction/muCorners.ts";
import type { MetricSource } from "./metricSource.ts";
import { type PlotBox, valueAtHeight } from "./scales/plotArea.ts";
import type { ChartLine, Point } from "./series/line.ts";
import { MU } from "./specs.ts";

const MuHandles = lazy(() => import("./interaction/MuHandles.tsx"));

/** How µ is drawn by hand: what it takes to show handles, and where the drawing goes. */
export interface MuDrawing extends Redrawing {
  /** µ at every step if this were drawn. */
  planned(corners: readonly MuCorner[]): readonly Point[];
  onDraw(corners: readonly MuCorner[]): void;
  /** Back to the schedule; there where something is drawn. */
  onReset?: (() => void) | undefined;
  /** Back to what was there before the last stroke. */
  onUndo?: (() => void) | undefined;
}

interface MuChartProps extends RunChartProps {
  /** The algorithm mixes, so there is a µ. */
  readonly applies: boolean;
  /** The schedule as planned, at every step. */
  readonly ahead: readonly Point[];
  /** One for each phase in which µ may be changed, in their order. */
  readonly drawings: readonly MuDrawing[];
}

/** While it may be drawn, that is what is said of it. */
const DRAWABLE: ChartSpec = {
  ...MU,
  sentence: "The expert's share; dashed, to come: drag it.",
  says: () => undefined,
};

export function MuChart({ applies, ...chart }: MuChartProps) {
  const id = useId();
  if (applies) return <MuPlot {...chart} />;
  return (
    <figure className={styles.chart} aria-labelledby={id}>
      <header className={styles.head}>
        <h3 id={id}>{MU.title}</h3>
      </header>
      <figcaption className="caption">This algorithm has no µ: nothing is mixed.</figcaption>
    </figure>
  );
}

/** A drawing that was not committed yet. */
interface Passing {
  /** Its place among the drawings. */
  readonly index: number;
  /** As they stand under the hand, and as they would be drawn. */
  readonly corners: readonly MuCorner[];
  readonly drawn: readonly MuCorner[];
}

function MuPlot({ ahead, drawings, metrics, ...chart }: Omit<MuChartProps, "applies">) {
  const [passing, setPassing] = useState<Passing>();
  const stroke = useRef({ index: 0, steps: new Map<number, number>() });
  const under = passing && drawings[passing.index];
  const line = muLine(metrics, chart.xScale, under ? under.planned(passing.drawn) : ahead);
  const source: MetricSource = { ...metrics, line: () => line };

  function commit(index: number, corners: readonly MuCorner[], changed: number, final: boolean): void {
    const drawing = drawings[index];
    if (!drawing) return;
    const drawn = redrawn(corners, changed, drawing);
    if (final) drawing.onDraw(drawn);
    setPassing(final ? undefined : { index, corners, drawn });
  }

  /** A stroke stays in the phase that it began in. */
  function draw(step: number, place: number, box: PlotBox, final: boolean): void {
    const { steps } = stroke.current;
    if (steps.size === 0)
      stroke.current.index = drawings.findIndex(({ from, steps: last }) => step >= from && step <= last);
    const { index } = stroke.current;
    const drawing = drawings[index];
    const from = [...steps.keys()].at(-1);
    const mu = Math.min(1, Math.max(0, valueAtHeight(place, box)));
    if (drawing && step >= drawing.from && step <= drawing.steps) fill(steps, from, step, mu);
    const next = drawing && steps.size > 0 ? stroked(steps, drawing) : undefined;
    if (final) stroke.current = { index: 0, steps: new Map() };
    if (next) commit(index, next, 0, final);
  }

  return (
    <Chart
      {...chart}
      spec={drawings.length > 0 ? DRAWABLE : MU}
      metrics={source}
      actions={<MuActions drawings={drawings} />}
      {...(drawings.length > 0 && {
        onStroke: draw,
        over: (box: PlotBox) =>
          !box.yScale.log && (
            <Suspense>
              {drawings.map(({ corners, from, steps }, index) => (
                <MuHandles
                  key={steps}
                  corners={passing?.index === index ? passing.corners : corners}
                  {...{ from, steps, box }}
                  onChange={(next, changed, final) => commit(index, next, changed, final)}
                />
              ))}
            </Suspense>
          ),
      })}
    />
  );
}

/** The measured µ, and the planned one ahead of it. */
function muLine(metrics: MetricSource, xScale: RunChartProps["xScale"], planned: readonly Point[]): ChartLine {
  const { label, tone } = metrics.overlay?.own ?? { label: "µ", tone: 1 as const };
  const past = metrics.line("mu", label, tone);
  const xOf = xScale && xScale.unit !== "step" ? xScale.xOf : undefined;
  return {
    ...past,
    label,
    tone,
    points: past?.points ?? [],
    ahead: xOf ? planned.map(({ x, y }) => ({ x: xOf(x), y })) : planned,
    valueAt: (step?: number) => (isPast(past, step) ? past?.valueAt(step) : plannedAt(planned, step)),
  };
}

function MuActions({ drawings }: Pick<MuChartProps, "drawings">) {
  const undo = drawings.find(({ onUndo }) => onUndo)?.onUndo;
  const resets = drawings.flatMap(({ onReset }) => onReset ?? []);
  return (
    <>
      {undo && (
        <button type="button" className="quiet" onClick={undo} aria-label="Undo the last change of µ">
          undo
        </button>
      )}
      {resets.length > 0 && (
        <button
          type="button"
          className="quiet"
          aria-label="Follow the µ schedule again"
          onClick={() => {
            for (const reset of resets) reset();
          }}
        >
          reset
        </button>
      )}
    </>
  );
}

function isPast(past: ChartLine | undefined, step: number | undefined): boolean {
  if (!past || past.points.length === 0) return false;
  return step === undefined || step <= lastStep(past);
}

function lastStep({ full, points }: ChartLine): number {
  return full ? (full.steps[full.length - 1] ?? 0) : points.at(-1)!.x;
}

function plannedAt(planned: readonly Point[], step = 1): number | undefined {
  return (planned.find(({ x }) => x >= step) ?? planned.at(-1))?.y;
}

/** A hand is faster than its events: the steps between two of them lie on a straight line. */
function fill(stroke: Map<number, number>, from: number | undefined, to: number, mu: number): void {
  if (from !== undefined && from !== to) {
    const start = stroke.get(from)!;
    const sign = Math.sign(to - from);
    for (let step = from + sign; step !== to; step += sign) {
      stroke.delete(step);
      stroke.set(step, start + ((mu - start) * (step - from)) / (to - from));
    }
  }
  stroke.delete(to);
  stroke.set(to, mu);
}
