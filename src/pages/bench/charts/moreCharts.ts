import { type ChartSpec, declared } from "../../../charts/chartSpec.ts";
import { forgetting, MORE } from "../../../charts/specs.ts";
import type { RunConfig } from "../../../lab/experiment/config.ts";
import { objectiveById } from "../../../lab/objectives/index.ts";
import type { FeedName } from "../../../lab/objectives/objective.ts";
import { taskById } from "../../../lab/tasks/index.ts";

/** What stands below the first charts. */
interface MoreCharts {
  readonly common: readonly ChartSpec[];
  /** The algorithm's own beyond its first. */
  readonly own: readonly ChartSpec[];
  /** Kinds of problem, where the task is made of several. */
  readonly kinds: ChartSpec | undefined;
}

/** The charts for which this algorithm on this task has numbers; none shows only what another one shows already. */
export function moreCharts({ task, algorithm, params, taskParams }: RunConfig): MoreCharts {
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
  };
}

type Series = ChartSpec["series"];

const isWithin = (some: Series, others: Series) =>
  some.every(({ metric, extra }) => extra || others.some((other) => other.metric === metric));
