import { type ChartSpec, declared } from "../../../charts/chartSpec.ts";
import { forgetting, MORE, rewardParts } from "../../../charts/specs.ts";
import type { RunConfig } from "../../../lab/experiment/config.ts";
import { isMetric } from "../../../lab/metrics.ts";
import { objectiveById } from "../../../lab/objectives/index.ts";
import type { FeedName } from "../../../lab/objectives/objective.ts";
import { partsIn } from "../../../lab/rewards/rules/weights.ts";
import { taskById } from "../../../lab/tasks/index.ts";

/** What stands below the first charts. */
interface MoreCharts {
  readonly common: readonly ChartSpec[];
  /** The algorithm's own beyond its first. */
  readonly own: readonly ChartSpec[];
  /** Kinds of problem, where the task is made of several. */
  readonly kinds: ChartSpec | undefined;
  /** What the reward is made of, where it is a sum. */
  readonly parts: ChartSpec | undefined;
}

/** The charts for which this algorithm on this task has numbers; none shows only what another one shows already. */
export function moreCharts({ task, algorithm, params, taskParams, rewards }: RunConfig): MoreCharts {
  const { feeds, charts = [] } = objectiveById(algorithm);
  const all = charts.map(declared);
  const given: readonly FeedName[] = feeds;
  const common = MORE.filter(({ feeds: wanted, knob, series }) => {
    if (wanted && !given.some((feed) => wanted.includes(feed))) return false;
    if (knob !== undefined && !(knob in params)) return false;
    return !all.some((spec) => isWithin(series, spec.series));
  });
  const kinds = taskById(task).kinds?.(taskParams) ?? [];
  return {
    common,
    own: all.slice(1).filter((spec) => !common.some(({ series }) => isWithin(spec.series, series))),
    kinds: kinds.length > 1 ? forgetting(kinds) : undefined,
    parts: given.some((feed) => feed === "rollouts" || feed === "onlinePairs") ? partsChart(rewards) : undefined,
  };
}

function partsChart(rewards: RunConfig["rewards"]): ChartSpec | undefined {
  const series = partsIn(rewards).flatMap(({ id, label }) => {
    const metric = `rewards/${id}/mean`;
    return isMetric(metric) ? [{ metric, label }] : [];
  });
  return series.length > 0 ? rewardParts(series) : undefined;
}

type Series = ChartSpec["series"];

const isWithin = (some: Series, others: Series) =>
  some.every(({ metric, extra }) => extra || others.some((other) => other.metric === metric));
