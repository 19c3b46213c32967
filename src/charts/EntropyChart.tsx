import { MetricChart, type RunChartProps } from "./MetricChart.tsx";

export function EntropyChart(props: RunChartProps) {
  return (
    <MetricChart
      {...props}
      title="Entropy"
      unit="nats"
      sentence="Per token: near zero it has stopped exploring."
      empty="Appears with the first evaluation."
      wanted={[
        { metric: "entropy", label: "own", tone: 1 },
        { metric: "expert/entropy", label: "expert", tone: 2 },
        { metric: "eval/entropy", label: "held out", tone: 3 },
      ]}
    />
  );
}
