import { useMemo } from "react";
import type { RunChartProps } from "../../charts/chartProps.ts";
import { type ChartSpec, declared } from "../../charts/chartSpec.ts";
import { read } from "../../charts/reading.ts";
import type { ChartLine, PhaseMark, Point } from "../../charts/series/line.ts";
import { ACCURACY, ENTROPY, LOSS, MU, REWARD, TOKEN_WEIGHTS } from "../../charts/specs.ts";
import type { RunConfig } from "../../lab/experiment/config.ts";
import { algorithmsOf } from "../../lab/experiment/phases.ts";
import type { Panel } from "../../lab/link/view.ts";
import { objectiveById } from "../../lab/objectives/index.ts";
import { taskById } from "../../lab/tasks/index.ts";
import { useCursor } from "../bench/charts/Charts.tsx";
import { leadsOf } from "../bench/charts/leading.ts";
import { useChart, useSubject } from "../bench/charts/useChart.ts";
import { LineFigure } from "../shared/LineFigure.tsx";
import { useDraft } from "../shared/labContext.ts";
import { hasMu, plannedMu } from "../shared/plannedMu.ts";
import { rewardChart } from "../shared/rewardChart.ts";
import { type PresentFigure, Stage } from "./Stage.tsx";
import { useExperimentTrain } from "./useExperimentTrain.ts";

/** The charts of an experiment in the order in which they are presented; those without a chart here depend on the algorithm. */
const ORDER: readonly (readonly [Panel, ChartSpec | undefined])[] = [
  ["accuracy", ACCURACY],
  ["entropy", ENTROPY],
  ["reward", REWARD],
  ["loss", LOSS],
  ["mu", MU],
  ["tokens", TOKEN_WEIGHTS],
  ["own", undefined],
];

/** An experiment, a race or phases on a projector: two charts at a time, those alone that the link names where it names some. */
export function BenchScene() {
  const { note, charts, race } = useDraft(({ view }) => view);
  const config = useSubject();
  const drafted = useDraft((draft) => draft.config);
  const chart = useChart({ cursor: useCursor(), leads: true, onLead: undefined });
  const train = useExperimentTrain(race);
  const specs = useMemo(() => specsOf(config, charts), [config, charts]);
  // The first phase is named by the title.
  const borders = chart.phases?.slice(1) ?? [];
  const ahead = useMemo(() => plannedMu(config), [config]);
  const figures = specs.map(
    (spec): PresentFigure =>
      (room) => <Figure key={spec.id} {...{ spec, chart, borders, room }} ahead={spec === MU ? ahead : undefined} />,
  );
  const task = taskById(drafted.task).title;
  const title =
    race.length > 0
      ? `${race.map((id) => objectiveById(id).title).join(", ")}: a race on ${task}`
      : `${algorithmsOf(drafted)} on ${task}`;
  const pairs = Array.from({ length: Math.ceil(figures.length / 2) }, (_, i) => figures.slice(2 * i, 2 * i + 2));
  return <Stage title={title} lead={note} figures={pairs} train={train} progress={train.progress} />;
}

function specsOf(config: RunConfig, charts: readonly Panel[]): readonly ChartSpec[] {
  const [own] = objectiveById(config.algorithm).charts ?? [];
  const feeds = objectiveById(config.algorithm).feeds;
  const applies = ({ series }: ChartSpec) =>
    series.some((one) => !one.feeds || one.feeds.some((feed) => (feeds as readonly string[]).includes(feed)));
  const leads = charts.length > 0 ? [] : leadsOf(config);
  const rank = ([panel]: (typeof ORDER)[number]) => (leads.includes(panel) ? leads.indexOf(panel) : leads.length);
  const found = ORDER.toSorted((a, b) => rank(a) - rank(b)).flatMap(([panel, common]) => {
    if (charts.length > 0 && !charts.includes(panel)) return [];
    if (panel === "mu" && !hasMu(config)) return [];
    const drawn = panel === "reward" ? rewardChart(config) : (common ?? (own && declared(own)));
    return drawn && applies(drawn) ? [drawn] : [];
  });
  // A link that asks for panels without a chart still has one to show.
  return found.length > 0 ? found : [ACCURACY];
}

interface FigureProps {
  readonly spec: ChartSpec;
  readonly chart: RunChartProps;
  readonly borders: readonly PhaseMark[];
  readonly room: { readonly height: number; readonly text: number };
  readonly ahead: ReturnType<typeof plannedMu> | undefined;
}

function Figure({ spec, chart, borders, room, ahead }: FigureProps) {
  const { lines: drawn, shown } = read(spec, chart.metrics, chart.subject);
  const lines = ahead && !chart.metrics.overlay ? withAhead(drawn, ahead) : drawn;
  const unit = [shown, spec.unit].filter((word) => word !== undefined).join(", ");
  const empty = spec.empty ?? "Appears when the run has these numbers.";
  return (
    <LineFigure
      {...room}
      {...{ title: spec.title, unit, lines, borders, empty, domain: spec.domain, whole: spec.whole }}
      end={chart.steps}
      isInk={() => false}
    />
  );
}

/** µ with what is still to come of it. */
function withAhead([line]: readonly ChartLine[], ahead: readonly Point[]): readonly ChartLine[] {
  return [{ label: "µ", tone: 1, points: [], valueAt: () => undefined, ...line, ahead }];
}
