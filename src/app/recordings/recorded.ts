import type { RunConfig } from "../../lab/experiment/config.ts";
import type { Recording } from "../../lab/record/recording.ts";
import type { Run } from "../runStore.ts";

/** A finished run that was recorded, ready to be shown in the place of one that has not begun. */
export interface Recorded {
  readonly recording: Recording;
  readonly config: RunConfig;
  /** {@link experimentKey} of its experiment. */
  readonly of: string;
  /** What happened, in one sentence. */
  readonly sentence: string;
  readonly run: Run;
}

/** A recorded run with the tokens of another step. */
export function runAt(run: Run, { tokens }: Recording, step: number): Run {
  const shown = tokens.findLast((kept) => kept.step <= step) ?? tokens[0];
  return { ...run, tokens: shown };
}
