import { Chart } from "../../../charts/Chart.tsx";
import type { ChartSpec } from "../../../charts/chartSpec.ts";
import type { Cursor } from "./chartDesk.ts";
import { useChart } from "./useChart.ts";

interface RunChartProps {
  readonly cursor: Cursor;
  readonly spec: ChartSpec;
}

/** A chart of the run that is shown. */
export function RunChart({ cursor, spec }: RunChartProps) {
  return <Chart {...useChart(cursor)} spec={spec} />;
}
