import type { ChartSubject } from "../../charts/metricSource.ts";
import { byConstruction } from "../../lab/alerts/byConstruction.ts";
import type { RunConfig } from "../../lab/experiment/config.ts";
import { headlineOf } from "../../lab/lessons/headline.ts";
import { objectiveById } from "../../lab/objectives/index.ts";

/** What of a run's settings matters to its charts. */
export function chartSubject(config: RunConfig): ChartSubject {
  return {
    feeds: objectiveById(config.algorithm).feeds,
    headline: headlineOf(config),
    referenceFollows: byConstruction(config) !== undefined,
  };
}
