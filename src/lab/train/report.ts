import type { Sample, TokenRow } from "../feeds/tokenRow.ts";
import type { Metrics } from "../objectives/objective.ts";

/** What one update did. */
export interface StepReport {
  /** Number of the update, counted from 1. */
  readonly step: number;
  readonly metrics: Metrics;
  readonly rows: readonly TokenRow[];
  readonly samples: readonly Sample[];
  /** Tokens sampled and trained on in this step. */
  readonly tokens: number;
}

export type { Sample, TokenRow };
