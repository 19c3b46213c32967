import { presetFor } from "../../lab/lessons/presets.ts";
import type { RunRecord } from "../../lab/record/runRecord.ts";
import type { Phase } from "../../lab/train/runState.ts";
import type { Compute } from "../draftStore.ts";
import type { Lab } from "../lab.ts";
import type { Library } from "./library.ts";
import type { Recorder } from "./recorder.ts";
import type { Tabs } from "./tabs.ts";

/** Brings runs back from their last checkpoint. */
export interface Recovery {
  /** Goes on with a kept run. @returns whether it could. */
  resume(id: string, options?: { readonly compute?: Compute; readonly afresh?: boolean }): Promise<boolean>;
  /** After the second loss: on the processor, or not at all. */
  answer(goOn: boolean): void;
  dispose(): void;
}

const AT_REST: readonly Phase[] = ["paused", "stopped", "finished"];
/** A plan tries no further than this: two devices and the processor. */
const MOST_LOSSES = 4;
const PROCESSOR: Compute = { policy: "simd", backend: "wasm" };

export function createRecovery(lab: Lab, library: Library, recorder: Recorder, tabs: Tabs): Recovery {
  const losses = new Map<string, number>();
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
      library.store.setState({ recovery: { id: record.id, text } });
    }
  }

  /** By itself, once on a device like the one that was lost, and in a plan, which nobody may be watching, on the processor. */
  function goOn({ id, name, step }: RunRecord, compute: Compute, why: string): void {
    void resume(id, { compute, afresh: true }).then((resumed) => {
      if (!resumed) return;
      const from = library.find(id)?.checkpoint?.step;
      const whence = from === undefined ? "from the beginning" : `from its checkpoint of step ${from}`;
      const where = compute === PROCESSOR ? " on the processor" : "";
      lab.notices.say("runs", [`“${name}” lost its device at step ${step} and goes on ${whence}${where}: ${why}.`]);
    });
  }

  async function resume(
    id: string,
    { compute, afresh = false }: Parameters<Recovery["resume"]>[1] = {},
  ): Promise<boolean> {
    // Its other tab hears of it and stops; what it made since its last checkpoint is made again here.
    if (!(await tabs.hold(id))) await library.takeOver(id);
    const kept = await library.checkpoint(id);
    const record = library.find(id);
    if (!record) return false;
    const from = !kept && record.parent ? await startOf(record.parent.id) : undefined;
    // Weights that a run started from and that are gone cannot be made up.
    if (!kept && record.parent && !from) return false;
    const series = kept && (await library.table(id)).upTo(kept.stored.step);
    const { config } = record;
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
    return true;
  }

  async function startOf(id: string) {
    const kept = await library.checkpoint(id);
    const record = library.find(id);
    return kept && record && { id, name: record.name, step: kept.stored.step, weights: kept.bytes };
  }

  return {
    resume,
    answer(goOn) {
      const { recovery } = library.store.getState();
      library.store.setState({ recovery: undefined });
      if (recovery && goOn) void resume(recovery.id, { compute: PROCESSOR, afresh: true });
    },
    dispose() {
      leaveStore();
      leaveLab();
    },
  };
}
