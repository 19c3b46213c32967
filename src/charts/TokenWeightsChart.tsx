import { ChartBody } from "./LineChart.tsx";
import { linesOf, type RunChartProps } from "./MetricChart.tsx";

/** Stands inside the figure of the tokens themselves: the same weights, over all steps. */
export function TokenWeightsChart({ metrics, ...chart }: RunChartProps) {
  return (
    <ChartBody
      {...chart}
      within
      title="Over the run"
      tableTitle="Token weights"
      sentence="Mean and largest weight of a step's tokens, before the mean over tokens."
      empty="Appears with the first step."
      height={52}
      lines={linesOf(metrics, [
        { metric: "token_weight/mean", label: "mean", tone: 1 },
        { metric: "token_weight/max", label: "largest", tone: 2 },
      ])}
    />
  );
}
