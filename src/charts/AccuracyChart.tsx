import { MetricChart, type RunChartProps } from "./MetricChart.tsx";

const UNIT = [0, 1] as const;

export function AccuracyChart(props: RunChartProps) {
  return (
    <MetricChart
      {...props}
      title="Accuracy"
      sentence="Held-out problems solved; out: unseen kinds."
      empty="Appears with the first evaluation."
      domain={UNIT}
      wanted={[
        { metric: "eval/accuracy", label: "greedy", tone: 1 },
        { metric: "eval/accuracy_sampled", label: "sampled", tone: 3 },
        { metric: "eval/ood/accuracy", label: "out", tone: 2 },
      ]}
    />
  );
}
