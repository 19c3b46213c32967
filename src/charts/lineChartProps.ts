import type { ChartLine, Flag } from "./chartLine.ts";
import type { PlotBox } from "./plotArea.ts";
import type { Reach, Span } from "./reach.ts";
import type { StepCursor } from "./stepCursor.ts";

export interface LineChartProps {
  /** Also the accessible name of the figure. */
  readonly title: string;
  /** What is to be seen, in one sentence. */
  readonly sentence: string;
  readonly lines: readonly ChartLine[];
  /** The lines grow several times a second just now. */
  readonly live?: boolean | undefined;
  readonly steps: number;
  /** The horizontal axis; all steps without. */
  readonly reach?: Reach | undefined;
  /** Ends of the vertical scale; they follow the data without. */
  readonly domain?: readonly [number, number] | undefined;
  /** Said in the place of the lines while there are none. */
  readonly empty: string;
  readonly unit?: string | undefined;
  readonly height?: number;
  /** Values far from the others may be out of view. */
  readonly cut?: boolean | undefined;
  /** Steps at which a setting was changed by hand. */
  readonly marks?: readonly number[];
  /** Steps that an alert speaks of. */
  readonly flags?: readonly Flag[];
  /** The step that the readout speaks of, shared by every chart. */
  readonly cursor?: StepCursor | undefined;
  onCursor?(step: number | undefined): void;
  /** A click or a key keeps the cursor where it is; without a step it goes. */
  onPin?(step: number | undefined): void;
  /** Another part of the run is to be seen; the whole of it without a span. */
  onZoom?(span: Span | undefined): void;
  /** A stroke over the lines instead of a sweep: step and height in pixels; the last place of it is `final`. */
  onStroke?(step: number, place: number, box: PlotBox, final: boolean): void;
  /** What stands over the lines and is not one of them. */
  over?(box: PlotBox): React.ReactNode;
  /** Beside the sentence. */
  readonly actions?: React.ReactNode;
  /** How a tick of the scale and a cell of the table are written. */
  numberText(value: number): string;
  /** How a current value is written. */
  readoutText(value: number): string;
}
