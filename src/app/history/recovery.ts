import { presetFor } from "../../lab/experiment/presets.ts";
import type { Compute } from "../draftStore.ts";
import type { Lab } from "../lab.ts";
import type { Library } from "./library.ts";
import type { Recorder } from "./recorder.ts";

/** Brings runs back from their last checkpoint. */
interface Recovery {
  /** Goes on with a kept run. @returns whether it could. */
  resume(id: string, options?: { readonly compute?: Compute; readonly afresh?: boolean }): Promise<boolean>;
  /** After the second loss: on the processor, or not at all. */
  answer(goOn: boolean): void;
  dispose(): void;
}

const PROCESSOR: Compute = { policy: "simd", backend: "wasm" };

export function createRecovery(lab: Lab, library: Library, recorder: Recorder): Recovery {
  const losses = new Map<string, number>();
  let training: string | undefined;

  const leaveStore = lab.run.subscribe(({ run }) => {
    if (run?.state.phase === "training") training = run.id;
    else if (run && run.state.phase !== "failed" && run.id === training) training = undefined;
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
    const count = (losses.get(record.id) ?? 0) + 1;
    losses.set(record.id, count);
    const why = message.split(/(?<=\.)\s/)[0]!.replace(/\.$/, "");
    if (count > 1) {
      const text = `“${record.name}” lost its device again: ${why}. It can go on from its last checkpoint on the processor.`;
      library.store.setState({ recovery: { id: record.id, text } });
      return;
    }
    const at = record.step;
    void resume(record.id, { compute: run.compute, afresh: true }).then((resumed) => {
      if (!resumed) return;
      const from = library.find(record.id)?.checkpoint?.step;
      const whence = from === undefined ? "from the beginning" : `from its checkpoint of step ${from}`;
      lab.notices.say("runs", [`“${record.name}” lost its device at step ${at} and goes on ${whence}: ${why}.`]);
    });
  }

  async function resume(
    id: string,
    { compute, afresh = false }: Parameters<Recovery["resume"]>[1] = {},
  ): Promise<boolean> {
    const bytes = await library.weights(id);
    const record = library.find(id);
    if (!record) return false;
    const step = record.checkpoint?.step;
    const from = bytes === undefined && record.parent ? await startOf(record.parent.id) : undefined;
    // Weights that a run started from and that are gone cannot be made up.
    if (bytes === undefined && record.parent && !from) return false;
    const measured = bytes !== undefined && step !== undefined ? (await library.table(id)).upTo(step) : undefined;
    const { config } = record;
    lab.draft.setState({ config, presetId: presetFor(config)?.id, from, ...(compute && { compute }) });
    recorder.expect({ id, name: record.name, ...(record.group && { group: record.group }) });
    lab.begin({
      config,
      compute: compute ?? lab.draft.getState().compute,
      from,
      replays: record.policy ? `${record.policy}/${record.backend}` : undefined,
      resume: bytes && measured && { checkpoint: bytes, series: measured },
      afresh,
    });
    return true;
  }

  async function startOf(id: string) {
    const weights = await library.weights(id);
    const record = library.find(id);
    return weights && record && { id, name: record.name, step: record.checkpoint?.step ?? record.step, weights };
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
