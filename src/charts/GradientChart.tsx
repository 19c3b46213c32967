import { MetricChart, type RunChartProps } from "./MetricChart.tsx";

export function GradientChart(props: RunChartProps) {
  return (
    <MetricChart
      {...props}
      title="Gradient norm"
      sentence="How hard the whole batch pulls before clipping; spikes come before breakdowns."
      empty="Appears with the first step."
      wanted={[{ metric: "grad_norm", label: "norm", tone: 1 }]}
    />
  );
}
