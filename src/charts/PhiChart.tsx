import { MetricChart, type RunChartProps } from "./MetricChart.tsx";

export function PhiChart(props: RunChartProps) {
  return (
    <MetricChart
      {...props}
      title="Expert tokens under φ"
      sentence="How likely the expert's tokens are, and how undecided the policy is about them: φ = p(1 − p)."
      empty="Appears with the first step."
      wanted={[
        { metric: "expert/mean_p", label: "mean p", tone: 1 },
        { metric: "expert/mean_phi", label: "mean φ", tone: 2 },
      ]}
    />
  );
}
