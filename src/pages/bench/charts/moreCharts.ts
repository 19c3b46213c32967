import type { ComponentType } from "react";
import { ClipChart } from "../../../charts/ClipChart.tsx";
import { CllChart } from "../../../charts/CllChart.tsx";
import { GammaChart } from "../../../charts/GammaChart.tsx";
import { GradientChart } from "../../../charts/GradientChart.tsx";
import { KlChart } from "../../../charts/KlChart.tsx";
import { LengthChart } from "../../../charts/LengthChart.tsx";
import { MarginsChart } from "../../../charts/MarginsChart.tsx";
import type { RunChartProps } from "../../../charts/MetricChart.tsx";
import { PairYieldChart } from "../../../charts/PairYieldChart.tsx";
import { PhiChart } from "../../../charts/PhiChart.tsx";
import type { RunConfig } from "../../../lab/experiment/config.ts";
import { objectiveById } from "../../../lab/objectives/index.ts";
import type { ChartSpec, FeedName } from "../../../lab/objectives/objective.ts";
import { taskById } from "../../../lab/tasks/index.ts";

interface Common {
  readonly Chart: ComponentType<RunChartProps>;
  readonly metrics: readonly string[];
  /** The feeds that bring these metrics; every run has them where none is named. */
  readonly feeds?: readonly FeedName[];
  /** A knob of the algorithms that have them. */
  readonly knob?: string;
}

const PAIRS: readonly FeedName[] = ["offlinePairs", "onlinePairs"];

/** In the order of the page. */
const COMMON: readonly Common[] = [
  { Chart: KlChart, metrics: ["kl/start", "kl"] },
  { Chart: LengthChart, metrics: ["completions/mean_length", "eval/mean_length"] },
  { Chart: GradientChart, metrics: ["grad_norm"] },
  { Chart: ClipChart, metrics: ["clip_ratio/low_mean", "clip_ratio/high_mean"], feeds: ["rollouts"] },
  { Chart: MarginsChart, metrics: ["rewards/margins"], feeds: PAIRS },
  { Chart: PairYieldChart, metrics: ["pairs/valid_frac", "rewards/accuracies"], feeds: PAIRS },
  { Chart: PhiChart, metrics: ["expert/mean_p", "expert/mean_phi"], feeds: ["demos"] },
  { Chart: GammaChart, metrics: ["gamma/mean", "gamma/min", "gamma/max"], knob: "gammaMax" },
  { Chart: CllChart, metrics: ["cll/demos/mean", "cll/own/mean", "eval/cll/own/mean"] },
];

/** What stands below the first charts. */
export interface MoreCharts {
  readonly common: readonly Pick<Common, "Chart" | "metrics">[];
  /** The algorithm's own beyond its first. */
  readonly own: readonly ChartSpec[];
  /** Kinds of problem, where the task is made of several. */
  readonly kinds: readonly string[];
}

/** The charts for which this algorithm on this task has numbers; none shows only what another one shows already. */
export function moreCharts({ task, algorithm, params, taskParams }: RunConfig): MoreCharts {
  const { feeds, charts: [first, ...own] = [] } = objectiveById(algorithm);
  const metricsOf = (spec: ChartSpec | undefined) => spec?.series.map(({ metric }) => metric) ?? [];
  const isWithin = (some: readonly string[], all: readonly string[]) => some.every((metric) => all.includes(metric));
  const common = COMMON.filter(({ metrics, feeds: wanted, knob }) => {
    if (wanted && !wanted.some((feed) => (feeds as readonly FeedName[]).includes(feed))) return false;
    if (knob !== undefined && !(knob in params)) return false;
    return ![first, ...own].some((spec) => isWithin(metrics, metricsOf(spec)));
  });
  const kinds = taskById(task).kinds?.(taskParams) ?? [];
  return {
    common,
    own: own.filter((spec) => !common.some(({ metrics }) => isWithin(metricsOf(spec), metrics))),
    kinds: kinds.length > 1 ? kinds : [],
  };
}
