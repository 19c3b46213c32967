import { MetricChart, type RunChartProps } from "./MetricChart.tsx";

export interface LossChartProps extends RunChartProps {
  /** The run imitates somebody, so that their held-out answers are worth a line. */
  readonly imitates: boolean;
}

export function LossChart({ imitates, ...props }: LossChartProps) {
  return (
    <MetricChart
      {...props}
      title="Loss"
      sentence={
        imitates
          ? "What the update minimises; held-out expert answers rise again once the others are learnt by heart."
          : "What the update minimises. Around zero by construction here; reward and accuracy tell more."
      }
      empty="Appears with the first step."
      wanted={[
        { metric: "loss", label: "loss", tone: 1 },
        ...(imitates ? [{ metric: "eval/nll", label: "held-out expert", tone: 2 } as const] : []),
      ]}
    />
  );
}
