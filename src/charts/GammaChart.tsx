import { MetricChart, type RunChartProps } from "./MetricChart.tsx";

export function GammaChart(props: RunChartProps) {
  return (
    <MetricChart
      {...props}
      title="γ"
      sentence="The exponent of each token's weight: 0 trains it like SFT, 1 like DFT."
      empty="Appears with the first step."
      wanted={[
        { metric: "gamma/mean", label: "mean", tone: 1 },
        { metric: "gamma/min", label: "smallest", tone: 2 },
        { metric: "gamma/max", label: "largest", tone: 3 },
      ]}
    />
  );
}
