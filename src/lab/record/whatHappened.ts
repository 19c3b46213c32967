import type { MetricName } from "../metrics.ts";
import type { MetricTable } from "./metricTable.ts";

interface Point {
  readonly step: number;
  readonly value: number;
}

/** A difference smaller than this share of the held-out problems is within the scatter of 128 of them. */
const NOTABLE = 0.05;

/** What a recorded run did, in one sentence made from its own numbers. */
export function whatHappened(table: MetricTable): string {
  // As training samples: greedy answers hide what has become of the others.
  const sampled = pointsOf(table, "eval/accuracy_sampled");
  const accuracy = sampled.length >= 2 ? sampled : pointsOf(table, "eval/accuracy");
  const entropy = pointsOf(table, "entropy");
  const steps = table.step;
  const parts = [
    accuracy.length >= 2 ? ofAccuracy(accuracy) : undefined,
    entropy.length >= 3 ? ofEntropy(entropy) : undefined,
  ];
  const said = parts.filter((part) => part !== undefined).join("; ");
  return said === "" ? `The run made ${steps} steps.` : `In ${steps} steps, ${said}.`;
}

function ofAccuracy(points: readonly Point[]): string {
  const what = "the share of held-out problems that it solves";
  const [first, last] = [points[0]!, points.at(-1)!];
  const low = least(points);
  const high = most(points);
  const [a, b] = [percent(first), percent(last)];
  if (low.value < Math.min(first.value, last.value) - NOTABLE)
    return `${what} fell from ${a} to ${percent(low)} by step ${low.step} and came back to ${b}`;
  if (high.value > Math.max(first.value, last.value) + NOTABLE)
    return `${what} rose from ${a} to ${percent(high)} by step ${high.step} and fell back to ${b}`;
  if (Math.abs(last.value - first.value) <= NOTABLE && low.value < first.value - NOTABLE)
    return `${what} dipped from ${a} to ${percent(low)} by step ${low.step} and ended at ${b}`;
  if (last.value > first.value + NOTABLE) return `${what} rose from ${a} to ${b}`;
  if (last.value < first.value - NOTABLE) return `${what} fell from ${a} to ${b}`;
  return `${what} stayed near ${b}`;
}

function ofEntropy(points: readonly Point[]): string {
  const [first, last] = [points[0]!, points.at(-1)!];
  const high = most(points);
  const nats = ({ value }: Point) => value.toFixed(2);
  if (high.value > 1.5 * Math.max(first.value, last.value))
    return `entropy climbed from ${nats(first)} to ${nats(high)} nats at step ${high.step} and settled at ${nats(last)}`;
  if (last.value < 0.6 * first.value) return `entropy fell from ${nats(first)} to ${nats(last)} nats`;
  if (last.value > 1.5 * first.value) return `entropy rose from ${nats(first)} to ${nats(last)} nats`;
  return `entropy stayed near ${nats(last)} nats`;
}

function pointsOf(table: MetricTable, metric: MetricName): Point[] {
  const column = table.column(metric);
  const points = Array.from({ length: column?.length ?? 0 }, (_, i) => ({
    step: column!.steps[i]!,
    value: column!.values[i]!,
  }));
  return points.filter(({ value }) => Number.isFinite(value));
}

const least = (points: readonly Point[]) => points.reduce((a, b) => (b.value < a.value ? b : a));
const most = (points: readonly Point[]) => points.reduce((a, b) => (b.value > a.value ? b : a));
const percent = ({ value }: Point) => `${Math.round(100 * value)}%`;
