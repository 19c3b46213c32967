import type { Tone } from "./chartLine.ts";
import { MetricChart, type RunChartProps } from "./MetricChart.tsx";

export interface ForgettingChartProps extends RunChartProps {
  /** The kinds of problem that the task is made of, by their metric's name. */
  readonly kinds: readonly string[];
}

const UNIT = [0, 1] as const;

export function ForgettingChart({ kinds, ...props }: ForgettingChartProps) {
  return (
    <MetricChart
      {...props}
      title="Forgetting"
      sentence="Greedy accuracy on each kind of problem, those that the run does not train on too."
      empty="Appears with the first evaluation."
      domain={UNIT}
      wanted={kinds.map((kind, index) => ({
        metric: `eval/accuracy/${kind}`,
        label: kind,
        tone: ((index % 8) + 1) as Tone,
      }))}
    />
  );
}
