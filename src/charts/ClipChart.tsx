import { MetricChart, type RunChartProps } from "./MetricChart.tsx";

export function ClipChart(props: RunChartProps) {
  return (
    <MetricChart
      {...props}
      title="Clip fractions"
      sentence="Share of own tokens that were pushed no further because their ratio had moved enough."
      empty="Appears with the first step."
      wanted={[
        { metric: "clip_ratio/low_mean", label: "down", tone: 2 },
        { metric: "clip_ratio/high_mean", label: "up", tone: 1 },
        { metric: "clip_ratio/dual_mean", label: "dual", tone: 4 },
      ]}
    />
  );
}
