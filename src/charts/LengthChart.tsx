import { MetricChart, type RunChartProps } from "./MetricChart.tsx";

export function LengthChart(props: RunChartProps) {
  return (
    <MetricChart
      {...props}
      title="Response length"
      sentence="How long answers are: a trace of reasoning that appears shows here first."
      empty="Appears with the first evaluation."
      unit="tokens"
      wanted={[
        { metric: "completions/mean_length", label: "training", tone: 1 },
        { metric: "eval/mean_length", label: "held out", tone: 2 },
      ]}
    />
  );
}
