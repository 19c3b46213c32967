import { presetFor } from "../../lab/lessons/presets.ts";
import type { RunRecord } from "../../lab/record/runRecord.ts";
import { hashInTaskId } from "../../lab/tasks/dataTask.ts";
import { modelInTaskId } from "../../lab/tasks/models.ts";
import type { Phase } from "../../lab/train/runState.ts";
import type { Compute } from "../draftStore.ts";
import type { Lab } from "../lab.ts";
import type { Library } from "./library.ts";
import type { Recorder } from "./recorder.ts";
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

interface ResumeOptions {
  readonly compute?: Compute;
  readonly afresh?: boolean;
}

const AT_REST: readonly Phase[] = ["paused", "stopped", "finished"];
/** A plan tries no further than this: two devices and the processor. */
const MOST_LOSSES = 4;
const PROCESSOR: Compute = { policy: "simd", backend: "wasm" };

export function createRecovery(lab: Lab, library: Library, recorder: Recorder, tabs: Tabs): Recovery {
  const losses = new Map<string, number>();
  /** Lost runs that are on their way back, or may be. */
  const returning = new Map<string, Promise<boolean>>();
  let answered: ((goesOn: boolean | Promise<boolean>) => void) | undefined;
  /** The run of the worker that trains, or that is on its way to. */
  let training: string | undefined;
  let trained = false;

  const leaveStore = lab.run.subscribe(({ run }) => {
    if (!run) return;
    const { phase } = run.state;
    if (phase === "training") {
      trained = true;
      training = run.id;
    } else if (run.id === training && AT_REST.includes(phase)) training = undefined;
  });
  const leaveLab = lab.listen({
    event(event) {
      if (event.type === "state" && event.state.phase === "failed" && event.state.lost) lost(event.state.message);
    },
    crashed: lost,
  });

  function lost(message: string): void {
    const { run } = lab.run.getState();
    const record = library.find(recorder.current());
    if (!run || !record || run.id !== training) return;
    training = undefined;
    // A device that could not even be had again is not tried once more.
    const count = (losses.get(record.id) ?? 0) + (trained ? 1 : 2);
    losses.set(record.id, count);
    const why = message.split(/(?<=\.)\s/)[0]!.replace(/\.$/, "");
    if (count === 1) goOn(record, run.compute, why);
    else if (library.store.getState().plan && count < MOST_LOSSES) goOn(record, PROCESSOR, why);
    else {
      const text = `“${record.name}” lost its device${trained ? " again" : ""}: ${why}. It can go on from its last checkpoint on the processor.`;
      returning.set(record.id, new Promise((resolve) => (answered = resolve)));
      library.store.setState({ recovery: { id: record.id, text } });
    }
  }

  /** By itself, once on a device like the one that was lost, and in a plan, which nobody may be watching, on the processor. */
  function goOn({ id, name, step }: RunRecord, compute: Compute, why: string): void {
    const outcome = resume(id, { compute, afresh: true });
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

  async function resume(id: string, options: ResumeOptions = {}): Promise<boolean> {
    const why = await begin(id, options).catch((error) => (error instanceof Error ? error.message : String(error)));
    if (why === undefined) return true;
    // Another tab may have it, unless it is the run that this one shows.
    if (recorder.current() !== id) tabs.release(id);
    const sentence = /[.!?]$/.test(why) ? why : `${why}.`;
    lab.notices.say("runs", [`“${library.find(id)?.name ?? "The run"}” cannot go on: ${sentence}`]);
    return false;
  }

  /** @returns why the run cannot go on; undefined where it does. */
  async function begin(id: string, { compute, afresh = false }: ResumeOptions): Promise<string | undefined> {
    // Its other tab hears of it and stops; what it made since its last checkpoint is made again here.
    await library.takeOver(id);
    const had = library.find(id)?.checkpoint;
    const kept = await library.checkpoint(id);
    const record = library.find(id);
    if (!record) return "it is no longer in this browser.";
    // From the beginning it would write over the curves that are left of it.
    if (had && !kept) return "its checkpoint is damaged or gone. Its curves stay; train the experiment anew instead.";
    const from = !kept && record.parent ? await startOf(record.parent.id) : undefined;
    // Weights that a run started from and that are gone cannot be made up.
    if (!kept && record.parent && !from) return `the weights of “${record.parent.name}”, its start, are gone.`;
    const series = kept && (await library.table(id)).upTo(kept.stored.step);
    const { config } = record;
    if (hashInTaskId(config.task) !== undefined && !(await lab.data.load(config.task)))
      return "its data are not in this browser: open the file that they came from, with the same columns.";
    if (modelInTaskId(config.task) && !(await lab.models.load(config.task)))
      return "its model is not in this browser: open the folder that it came from.";
    lab.draft.setState({ config, presetId: presetFor(config)?.id, from, ...(compute && { compute }) });
    recorder.expect({ id, name: record.name, ...(record.group && { group: record.group }) });
    trained = false;
    training = lab.begin({
      config,
      compute: compute ?? lab.draft.getState().compute,
      from,
      replays: record.policy ? `${record.policy}/${record.backend}` : undefined,
      resume: kept && series && { checkpoint: kept.bytes, series },
      afresh,
    });
    return undefined;
  }

  async function startOf(id: string) {
    const kept = await library.checkpoint(id);
    const record = library.find(id);
    return kept && record && { id, name: record.name, step: kept.stored.step, weights: kept.bytes };
  }

  return {
    resume,
    goesOn: async (id) => returning.get(id) ?? false,
    answer(goOn) {
      const { recovery } = library.store.getState();
      if (goOn && recovery && !lab.mayStart(recovery.id)) return;
      library.store.setState({ recovery: undefined });
      if (!recovery) return;
      const outcome = goOn && resume(recovery.id, { compute: PROCESSOR, afresh: true });
      returning.delete(recovery.id);
      answered?.(outcome);
    },
    dispose() {
      leaveStore();
      leaveLab();
    },
  };
}
