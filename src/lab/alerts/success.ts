import type { RunConfig } from "../experiment/config.ts";
import type { MetricColumns } from "../metrics.ts";
import { type Episode, measuredOf } from "./episodes.ts";

/** The share of right answers from which a task counts as solved. */
const SOLVED = 0.95;

/** Where answers are judged by taste, right answers are no proof that all is well. */
const judgedByTaste = ({ rewards }: RunConfig) => rewards.rewardSource !== "verifier";

/**
 * Whether the run solves its task in the newest measurement before an episode ends: sampled accuracy where it was measured,
 * else greedy accuracy, else the training reward. False where a reward model has a say, since accuracy then is not the goal.
 */
export function solvedIn(config: RunConfig, metrics: MetricColumns, { until }: Episode): boolean {
  if (judgedByTaste(config)) return false;
  for (const metric of ["eval/accuracy_sampled", "eval/accuracy", "reward"] as const) {
    const newest = measuredOf(metrics, metric, 0).findLast(({ step }) => until === undefined || step <= until);
    if (newest) return newest.value >= SOLVED;
  }
  return false;
}
