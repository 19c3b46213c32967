import { MetricChart, type RunChartProps } from "./MetricChart.tsx";

const UNIT = [0, 1] as const;

export function RewardChart(props: RunChartProps) {
  return (
    <MetricChart
      {...props}
      title="Reward"
      sentence="Mean reward of the policy's own samples."
      empty="Appears with the first samples."
      domain={UNIT}
      wanted={[
        { metric: "reward", label: "training", tone: 1 },
        { metric: "eval/reward", label: "held out", tone: 2 },
      ]}
    />
  );
}
