import { isAbsent, MISSING, missingOf } from "../data/draftData.ts";
import type { Lab } from "../lab.ts";
import type { Recorder } from "./recorder.ts";

/** Waits for the rows and the model of a plan's next run; for one at a time. */
interface Arrival {
  /** Goes on at once where those of the task are here; else once they are, or with the sentence why the plan cannot. */
  await(task: string, go: (why?: string) => void): void;
  /** Waits no longer. */
  drop(): void;
}

export function createArrival(lab: Lab, recorder: Recorder): Arrival {
  let waiting: ((why?: string) => void) | undefined;

  async function wait(task: string, go: (why?: string) => void): Promise<void> {
    waiting = go;
    const before = recorder.current();
    const missing = await missingOf(lab, task);
    if (waiting !== go) return;
    waiting = undefined;
    if (missing) go(MISSING[missing]);
    else go(recorder.current() === before ? undefined : "another run was started.");
  }

  return {
    await(task, go) {
      if (isAbsent(lab, task)) void wait(task, go);
      else go();
    },
    drop() {
      waiting = undefined;
    },
  };
}
