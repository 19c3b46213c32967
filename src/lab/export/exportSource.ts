import type { RunConfig } from "../experiment/config.ts";
import { freshState, type Policy, type PolicyState } from "../policy/policy.ts";
import { readCheckpoint } from "../train/checkpoint.ts";

type Weights = Pick<PolicyState, "shape" | "weights">;

/** An experiment that is to be continued elsewhere. */
export interface ExportSource {
  readonly config: RunConfig;
  /** What the run starts from. */
  readonly start: Weights;
  /** What the run made of it so far, and after how many updates; undefined where nothing was trained. */
  readonly trained?: { readonly policy: Weights; readonly step: number } | undefined;
  /** The weights that the run started from are not known, and {@link start} is what was trained. */
  readonly startIsLost?: boolean;
  /** Opens a policy with the starting weights, where it has to write data itself; the caller disposes of it. */
  open(): Promise<Policy>;
}

/** What is at hand of an experiment. */
export interface Exportable {
  /** That of the checkpoint where it is undefined. */
  readonly config?: RunConfig | undefined;
  /** A file that `checkpointBytes` wrote. */
  readonly checkpoint?: Uint8Array | undefined;
  /** The run started from weights that its config does not name. */
  readonly elsewhere: boolean;
}

/** How an experiment's starting policy is had and computed here. */
export interface ExportMeans {
  startingState(config: RunConfig): Promise<PolicyState>;
  open(state: PolicyState): Promise<Policy>;
}

/** @throws {PolicyError} for bytes that are no checkpoint */
export async function exportSource(given: Exportable, means: ExportMeans): Promise<ExportSource> {
  const checkpoint = given.checkpoint && readCheckpoint(given.checkpoint);
  const config = given.config ?? checkpoint?.progress.config;
  if (!config) throw new RangeError("an export must have a config or a checkpoint, got neither");
  const kept = given.elsewhere ? checkpoint?.policy : undefined;
  const state = kept ? freshState(kept.shape, kept.snapshots.start ?? kept.weights) : await means.startingState(config);
  return {
    config,
    start: state,
    trained: checkpoint && { policy: checkpoint.policy, step: checkpoint.progress.step },
    ...(kept && !kept.snapshots.start && { startIsLost: true }),
    open: () => means.open(state),
  };
}
