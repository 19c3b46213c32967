import type { ReactNode } from "react";
import type { ChartSpec } from "./chartSpec.ts";
import type { PointerActions } from "./interaction/PlotPointer.tsx";
import type { StepCursor } from "./interaction/stepCursor.ts";
import type { ChartSubject, MetricSource } from "./metricSource.ts";
import type { PlotBox } from "./scales/plotArea.ts";
import type { XScale } from "./scales/xScale.ts";
import type { Flag, PhaseMark } from "./series/line.ts";

/** Has `draw` called once, soon, in a task of its own. @returns how to call it off */
export type TakeTurn = (draw: () => void) => () => void;

/** What every chart of a run is given alike. */
export interface RunChartProps extends Omit<PointerActions, "onStroke"> {
  readonly metrics: MetricSource;
  readonly subject: ChartSubject;
  /** Asks for a turn to come to rest in; none while the lines grow. The same function every time. */
  readonly rest?: TakeTurn | undefined;
  readonly steps: number;
  /** The horizontal axis; all steps without. */
  readonly xScale?: XScale | undefined;
  /** Of the plot, in pixels. */
  readonly height?: number;
  /** It is one of those that lead: larger letters, and names at the ends of its lines. */
  readonly leads?: boolean | undefined;
  /** Puts the chart among those that lead; none where that cannot be asked for. */
  readonly onLead?: (() => void) | undefined;
  /** Values far from the others may be out of view. */
  readonly cut?: boolean | undefined;
  /** Steps at which a setting was changed by hand. */
  readonly marks?: readonly number[];
  /** The phases that every line goes through; none of them is drawn where there is one. */
  readonly phases?: readonly PhaseMark[];
  /** Steps that an alert speaks of. */
  readonly flags?: readonly Flag[];
  /** The step that the readout speaks of, shared by every chart. */
  readonly cursor?: StepCursor | undefined;
  /** How a tick of the scale and a cell of the table are written. */
  numberText(value: number): string;
  /** How a current value is written. */
  readoutText(value: number): string;
}

export interface ChartProps extends RunChartProps, PointerActions {
  readonly spec: ChartSpec;
  /** What stands over the lines and is not one of them. */
  over?(box: PlotBox): ReactNode;
  /** Beside the title. */
  readonly actions?: ReactNode;
}
