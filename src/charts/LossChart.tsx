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
        imitates ? "Held-out expert rises again: learnt by heart." : "Near zero by construction: reward tells more."
      }
      empty="Appears with the first step."
      wanted={[
        { metric: "loss", label: "loss", tone: 1 },
        ...(imitates ? [{ metric: "eval/nll", label: "held-out expert", tone: 2 } as const] : []),
      ]}
    />
  );
}
