import type { ChartLine } from "./chartLine.ts";
import { LineChart } from "./LineChart.tsx";
import { type MetricSource, overlaid, type RunChartProps } from "./MetricChart.tsx";

/** Quantiles of the weights on the expert's tokens: the middle one as a line, the others as areas around it. */
export function WeightSpreadChart({ metrics, ...chart }: RunChartProps) {
  const median = metrics.overlay ? undefined : spread(metrics);
  return (
    <LineChart
      {...chart}
      title="Quantiles of expert weights"
      sentence="Weights on the expert's tokens: the median, and the middle 50% and 90% around it."
      empty="Appears with the first step."
      lines={metrics.overlay ? overlaid(metrics, "token_weight/p50") : median ? [median] : []}
      unit={metrics.overlay && "median"}
    />
  );
}

interface Made {
  readonly edges: readonly ChartLine[];
  readonly line: ChartLine;
}

/** A median that has not moved is the same line again, so that it is not drawn again. */
const made = new WeakMap<ChartLine, Made>();

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
