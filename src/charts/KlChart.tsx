import { MetricChart, type RunChartProps } from "./MetricChart.tsx";

export function KlChart(props: RunChartProps) {
  return (
    <MetricChart
      {...props}
      title="KL"
      sentence="How far the policy has moved from where it started, and from its reference."
      empty="Appears with the first evaluation."
      unit="nats"
      wanted={[
        { metric: "kl/start", label: "to the start", tone: 1 },
        { metric: "kl", label: "to the reference", tone: 2 },
      ]}
    />
  );
}
