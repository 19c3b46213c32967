import { Chart } from "../../../charts/Chart.tsx";
import type { ChartSpec } from "../../../charts/chartSpec.ts";
import { type PlacedProps, useChart } from "./useChart.ts";

interface RunChartProps extends PlacedProps {
  readonly spec: ChartSpec;
}

/** A chart of the run that is shown. */
export function RunChart({ spec, ...placed }: RunChartProps) {
  return <Chart {...useChart(placed)} spec={spec} />;
}
