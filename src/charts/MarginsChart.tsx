import { MetricChart, type RunChartProps } from "./MetricChart.tsx";

export function MarginsChart(props: RunChartProps) {
  return (
    <MetricChart
      {...props}
      title="Margins"
      sentence="By how much chosen answers lead rejected ones, in units of the implicit reward."
      empty="Appears with the first step."
      wanted={[{ metric: "rewards/margins", label: "margin", tone: 1 }]}
    />
  );
}
