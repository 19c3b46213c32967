import type { RunConfig } from "../experiment/config.ts";
import type { MetricColumns } from "../metrics.ts";
import type { Episode } from "./episodes.ts";

/** What the detectors look at: a run so far, as it was measured. */
export interface Evidence {
  readonly config: RunConfig;
  readonly metrics: MetricColumns;
  /** Why the run failed, where it did. */
  readonly failure?: { readonly step: number; readonly message: string } | undefined;
  /** Times at which the tab was hidden while the run trained. */
  readonly hidden?: readonly HiddenSpell[] | undefined;
}

/** A time during which nobody saw the tab. */
export interface HiddenSpell {
  readonly from: number;
  /** The step at which the tab was seen again; undefined while it is hidden. */
  readonly until?: number | undefined;
  /** Steps a second before it and during it; undefined where too little was measured. */
  readonly before?: number | undefined;
  readonly during?: number | undefined;
}

/** Something that a run can suffer from. */
export interface Detector {
  readonly id: string;
  readonly title: string;
  /** Ids of the charts that show it. */
  readonly charts: readonly string[];
  /** Each time it happened, in order of step. Pure. */
  find(evidence: Evidence): readonly Finding[];
}

interface Finding extends Episode {
  /** What it means, with this run's numbers. */
  readonly meaning: string;
  /** What to try. */
  readonly advice: string;
}

export interface Alert extends Finding {
  readonly id: string;
  readonly title: string;
  readonly charts: readonly string[];
}
