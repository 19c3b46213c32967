import type { Phase } from "../lab/train/runState.ts";
import type { LabEvent, RunId } from "../lab/worker/protocol.ts";
import { createLab, type Lab } from "./lab.ts";
import { WorkerStandIn } from "./testWorker.ts";

/** A lab and the far end of its wire. */
export interface TestLab {
  readonly lab: Lab;
  /** The newest that the lab has asked for; undefined before the first. */
  readonly worker: WorkerStandIn;
}

/** The lab of a page opened at this hash. */
export function openLab(hash: string): TestLab {
  history.replaceState(null, "", `/${hash}`);
  let worker: WorkerStandIn | undefined;
  const lab = createLab(window, () => {
    worker = new WorkerStandIn();
    return worker;
  });
  return {
    lab,
    get worker() {
      return worker!;
    },
  };
}

type StepPhase = Exclude<Phase, "failed" | "loading" | "compiling">;

/** The state of a run, the first one unless another is named, as its worker tells it. */
export function stateOf(phase: StepPhase, step: number, runId: RunId = "run-1"): LabEvent {
  return { type: "state", runId, state: { phase, step } };
}
