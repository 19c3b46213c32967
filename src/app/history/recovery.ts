import type { RunRecord } from "../../lab/record/runRecord.ts";
import type { Phase } from "../../lab/train/runState.ts";
import type { Compute } from "../draftStore.ts";
import type { Lab } from "../lab.ts";
import type { Library } from "./library.ts";
import type { Recorder } from "./recorder.ts";
import { type Attempt, type ResumeOptions, resume } from "./resume.ts";
import type { Tabs } from "./tabs.ts";

/** Brings runs back from their last checkpoint. */
export interface Recovery {
  /** Goes on with a kept run; why it cannot is said. @returns whether it could. */
  resume(id: string, options?: ResumeOptions): Promise<boolean>;
  /** Whether a lost run goes on: known once it does, or once {@link Recovery.answer} has said that it does not. */
  goesOn(id: string): Promise<boolean>;
  /** After the second loss: on the processor, or not at all. */
  answer(goOn: boolean): void;
  dispose(): void;
}

const AT_REST: readonly Phase[] = ["paused", "stopped", "finished"];
/** A plan tries no further than this: two devices and the processor. */
const MOST_LOSSES = 4;
/** On the kernels that trained the run until then, where those were the processor's: others round otherwise. */
const PROCESSOR: Compute = { policy: "auto", backend: "wasm" };

export function createRecovery(lab: Lab, library: Library, recorder: Recorder, tabs: Tabs): Recovery {
  const losses = new Map<string, number>();
  /** Lost runs that are on their way back, or may be. */
  const returning = new Map<string, Promise<boolean>>();
  let answered: ((goesOn: boolean | Promise<boolean>) => void) | undefined;
  const attempt: Attempt = { training: undefined, trained: false };
  const resuming = { lab, library, recorder, tabs, attempt };

  const leave = listenFor(lab, attempt, lost);

  function lost(message: string): void {
    const { run } = lab.run.getState();
    const record = library.find(recorder.current());
    if (!run || !record || run.id !== attempt.training) return;
    attempt.training = undefined;
    // A device that could not even be had again is not tried once more.
    const count = (losses.get(record.id) ?? 0) + (attempt.trained ? 1 : 2);
    losses.set(record.id, count);
    const why = message.split(/(?<=\.)\s/)[0]!.replace(/\.$/, "");
    const tested = attempt.trained ? lab.run.getState().backend?.device : undefined;
    if (count === 1) goOn(record, run.compute, why, tested);
    else if (library.store.getState().plan && count < MOST_LOSSES) goOn(record, PROCESSOR, why);
    else {
      const text = `“${record.name}” lost its device${attempt.trained ? " again" : ""}: ${why}. It can go on from its last checkpoint on the processor.`;
      returning.set(record.id, new Promise((resolve) => (answered = resolve)));
      library.store.setState({ recovery: { id: record.id, text } });
    }
  }

  /** By itself, once on a device like the one that was lost, and in a plan, which nobody may be watching, on the processor. */
  function goOn({ id, name, step }: RunRecord, compute: Compute, why: string, tested?: string): void {
    const outcome = resume(resuming, id, { compute, afresh: true, tested });
    returning.set(id, outcome);
    void outcome.then((resumed) => {
      returning.delete(id);
      if (!resumed) return;
      const from = library.find(id)?.checkpoint?.step;
      const whence = from === undefined ? "from the beginning" : `from its checkpoint of step ${from}`;
      const where = compute === PROCESSOR ? " on the processor" : "";
      lab.notices.say("runs", [`“${name}” lost its device at step ${step} and goes on ${whence}${where}: ${why}.`]);
    });
  }

  return {
    resume: (id, options) => resume(resuming, id, options),
    goesOn: async (id) => returning.get(id) ?? false,
    answer(goOn) {
      const { recovery } = library.store.getState();
      if (goOn && recovery && !lab.mayStart(recovery.id)) return;
      library.store.setState({ recovery: undefined });
      if (!recovery) return;
      const outcome = goOn && resume(resuming, recovery.id, { compute: PROCESSOR, afresh: true });
      returning.delete(recovery.id);
      answered?.(outcome);
    },
    dispose: leave,
  };
}

/** Notes of a run whether it trains, and hears of its loss. @returns how to leave */
function listenFor(lab: Lab, attempt: Attempt, lost: (message: string) => void): () => void {
  const leaveStore = lab.run.subscribe(({ run }) => {
    if (!run) return;
    const { phase } = run.state;
    if (phase === "training") {
      attempt.trained = true;
      attempt.training = run.id;
    } else if (run.id === attempt.training && AT_REST.includes(phase)) attempt.training = undefined;
  });
  const leaveLab = lab.listen({
    event(event) {
      if (event.type === "state" && event.state.phase === "failed" && event.state.lost) lost(event.state.message);
    },
    crashed: lost,
  });
  return () => {
    leaveStore();
    leaveLab();
  };
}
