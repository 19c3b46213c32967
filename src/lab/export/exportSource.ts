import type { RunConfig } from "../experiment/config.ts";
import type { Policy, PolicyState } from "../policy/policy.ts";

/** An experiment that is to be continued elsewhere. */
export interface ExportSource {
  readonly config: RunConfig;
  /** What the run starts from. */
  readonly start: Pick<PolicyState, "shape" | "weights">;
  /** What the run made of it so far, and after how many updates; undefined where nothing was trained. */
  readonly trained?: { readonly policy: Pick<PolicyState, "shape" | "weights">; readonly step: number } | undefined;
  /** The weights that the run started from are not known, and {@link start} is what was trained. */
  readonly startIsLost?: boolean;
  /** Opens a policy with the starting weights, where it has to write data itself; the caller disposes of it. */
  open(): Promise<Policy>;
}
