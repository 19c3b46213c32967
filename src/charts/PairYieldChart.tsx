import { MetricChart, type RunChartProps } from "./MetricChart.tsx";

export function PairYieldChart(props: RunChartProps) {
  return (
    <MetricChart
      {...props}
      title="Pairs"
      sentence="Share of prompts that gave a pair, and share of pairs in the right order."
      empty="Appears with the first step."
      wanted={[
        { metric: "pairs/valid_frac", label: "yield", tone: 1 },
        { metric: "rewards/accuracies", label: "in order", tone: 2 },
      ]}
    />
  );
}
