import { MetricChart, type RunChartProps } from "./MetricChart.tsx";

export function CllChart(props: RunChartProps) {
  return (
    <MetricChart
      {...props}
      title="CLL"
      sentence="Mean of log p + H: near 0 for text that the policy could have written, below it for text it could not."
      empty="Appears with the first step."
      unit="nats"
      wanted={[
        { metric: "cll/demos/mean", label: "demos", tone: 2 },
        { metric: "cll/own/mean", label: "own", tone: 1 },
        { metric: "eval/cll/own/mean", label: "held out", tone: 3 },
      ]}
    />
  );
}
