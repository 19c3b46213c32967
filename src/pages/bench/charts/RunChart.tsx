import { Chart } from "../../../charts/Chart.tsx";
import type { ChartSpec } from "../../../charts/chartSpec.ts";
import type { Cursor } from "./chartDesk.ts";
import { useChart } from "./useChart.ts";

export interface PlacedProps {
  readonly cursor: Cursor;
  /** It is one of the charts that lead: larger. */
  readonly leads: boolean;
  /** Puts it in front; none where it is there, or cannot be. */
  readonly onLead: (() => void) | undefined;
}

export interface RunChartProps extends PlacedProps {
  readonly spec: ChartSpec;
}

/** A chart of the run that is shown. */
export function RunChart({ spec, ...placed }: RunChartProps) {
  return <Chart {...useChart(placed)} spec={spec} />;
}
