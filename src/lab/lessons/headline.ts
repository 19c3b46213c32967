import { flatten, parseConfig, type RunConfig } from "../experiment/config.ts";
import type { MetricName, Metrics } from "../metrics.ts";
import { taskById } from "../tasks/index.ts";
import { LESSON_HEADS } from "./heads/index.ts";

/** Right answers of samples: greedy ones saturate long before. */
const SAMPLED = "eval/accuracy_sampled";
/** What preferences are about, and nobody is rewarded with. */
const UTILITY = "eval/gold/mean";
const known = new WeakMap<RunConfig, MetricName>();
let ofLessons: ReadonlyMap<string, MetricName> | undefined;

/**
 * The metric that an experiment is about, which stands for the whole run wherever one number does: a lesson's figure where the
 * run is one of its arms under any seed, the true utility where a reward model judges taste, sampled accuracy otherwise.
 */
export function headlineOf(config: RunConfig): MetricName {
  const before = known.get(config);
  if (before !== undefined) return before;
  ofLessons ??= new Map(
    LESSON_HEADS.toReversed().flatMap(({ arms, figure }) =>
      arms.map(({ settings }) => [keyOf(parseConfig(settings)), figure.metric] as const),
    ),
  );
  const judged = config.rewards.rewardSource !== "verifier" && taskById(config.task).style !== undefined;
  const metric = ofLessons.get(keyOf(config)) ?? (judged ? UTILITY : SAMPLED);
  known.set(config, metric);
  return metric;
}

/** The headline of a run that has measured `values`; greedy accuracy where an older or shorter run lacks its own. */
export function headlineIn(config: RunConfig, values: Metrics): MetricName {
  const headline = headlineOf(config);
  return values[headline] === undefined && values["eval/accuracy"] !== undefined ? "eval/accuracy" : headline;
}

/** The experiment without its seed. */
function keyOf(config: RunConfig): string {
  const { seed: _, ...settings } = flatten(config);
  return JSON.stringify([settings, config.interventions]);
}
