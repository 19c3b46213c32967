import type { ChartLine } from "./chartLine.ts";
import { LineChart } from "./LineChart.tsx";
import { leading, linesOf, type MetricSource, type RunChartProps } from "./MetricChart.tsx";

/** Of every run that is laid over others: its middle, else its mean. */
const MIDDLE = [
  { metric: "token_weight/p50", label: "median", tone: 1 },
  { metric: "token_weight/mean", label: "mean", tone: 1 },
] as const;

export interface TokenWeightsChartProps extends RunChartProps {
  /** There are an expert's tokens, so that the spread of their weights is measured. */
  readonly expert: boolean;
}

/** The weights of a step's tokens, over all steps: as a spread where it was measured, else by their mean and their largest. */
export function TokenWeightsChart({ metrics, expert, ...chart }: TokenWeightsChartProps) {
  const median = metrics.overlay ? undefined : spread(metrics);
  const lines = metrics.overlay
    ? linesOf(metrics, MIDDLE)
    : median
      ? [median]
      : linesOf(metrics, [
          { metric: "token_weight/mean", label: "mean", tone: 1 },
          { metric: "token_weight/max", label: "largest", tone: 2 },
        ]);
  const isSpread = median !== undefined || (expert && lines.length === 0);
  return (
    <LineChart
      {...chart}
      title="Weights over the run"
      sentence={
        isSpread ? "Expert tokens: median, middle 50% and 90%." : "Of a step's tokens, before the mean over them."
      }
      empty="Appears with the first step."
      unit={metrics.overlay && leading(metrics, MIDDLE).label}
      lines={lines}
    />
  );
}

interface Made {
  readonly edges: readonly ChartLine[];
  readonly line: ChartLine;
}

/** A median that has not moved is the same line again, so that it is not drawn again. */
const made = new WeakMap<ChartLine, Made>();

/** The median with the other quantiles as areas around it; nothing where they were not measured. */
function spread(metrics: MetricSource): ChartLine | undefined {
  const of = (quantile: number) =>
    metrics.line(`token_weight/p${String(quantile).padStart(2, "0")}`, `${quantile}%`, 1);
  const median = metrics.line("token_weight/p50", "median", 1);
  const edges = [of(5), of(25), of(75), of(95)].filter((line) => line !== undefined);
  if (!median || edges.length < 4) return median;
  const before = made.get(median);
  if (before?.edges.every((edge, index) => edge === edges[index])) return before.line;
  const [p05, p25, p75, p95] = edges as [ChartLine, ChartLine, ChartLine, ChartLine];
  const line: ChartLine = {
    ...median,
    areas: [
      { upper: p95.points, lower: p05.points },
      { upper: p75.points, lower: p25.points },
    ],
    beside: edges.flatMap(({ label, full }) => (full ? [{ label, full }] : [])),
  };
  made.set(median, { edges, line });
  return line;
}
