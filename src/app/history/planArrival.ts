import type { RunConfig } from "../../lab/experiment/config.ts";
import { isAbsent, missingOf } from "../data/draftData.ts";
import type { Lab } from "../lab.ts";
import type { Recorder } from "./recorder.ts";

/** Waits for what a plan's next run names; for one at a time. */
interface Arrival {
  /** Goes on at once where it is all here; else once it is, or with the sentence why the plan cannot. */
  await(config: RunConfig, go: (why?: string) => void): void;
  /** Waits no longer. */
  drop(): void;
}

export function createArrival(lab: Lab, recorder: Recorder): Arrival {
  let waiting: ((why?: string) => void) | undefined;

  async function wait(config: RunConfig, go: (why?: string) => void): Promise<void> {
    waiting = go;
    const before = recorder.current();
    const missing = await missingOf(lab, config);
    if (waiting !== go) return;
    waiting = undefined;
    if (missing) go(missing);
    else go(recorder.current() === before ? undefined : "another run was started.");
  }

  return {
    await(config, go) {
      if (isAbsent(lab, config)) void wait(config, go);
      else go();
    },
    drop() {
      waiting = undefined;
    },
  };
}
