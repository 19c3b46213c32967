import type { RunConfig } from "../../src/lab/experiment/config.ts";
import type { Policy } from "../../src/lab/policy/policy.ts";
import { readCheckpoint } from "../../src/lab/train/checkpoint.ts";
import { parameterHash } from "../../src/lab/train/parameterHash.ts";
import { Run } from "../../src/lab/train/run.ts";
import type { LabEvent } from "../../src/lab/worker/protocol.ts";
import { RunController } from "../../src/lab/worker/runController.ts";

/** As long as a page takes to store a checkpoint of a small policy. */
const STORE_MS = 10;

type Kept = Extract<LabEvent, { type: "checkpoint" }>;

interface Stretch {
  /** Updates made when it ended. */
  readonly step: number;
  readonly hash: string;
  /** The newest checkpoint that the page had. */
  readonly kept: Kept | undefined;
  /** Milliseconds in all, and those that it stood still for checkpoints. */
  readonly ms: number;
  readonly savingMs: number;
  /** The steps at which a checkpoint was stored, with those that were reached then. */
  readonly stored: readonly { readonly step: number; readonly reached: number }[];
}

/**
 * Trains on the real controller, from a checkpoint or from the start, to the end or until `cut` updates are made; then the run is
 * never heard of again, as in a worker that is killed. The policy is disposed of.
 */
export async function stretch(
  config: RunConfig,
  policy: Policy,
  from?: ArrayBuffer,
  cut = Number.POSITIVE_INFINITY,
): Promise<Stretch> {
  let [began, savingSince, savingMs] = [0, 0, 0];
  const stored: { step: number; reached: number }[] = [];
  const exported = policy.export.bind(policy);
  policy.export = () => {
    savingSince = performance.now();
    return exported();
  };
  let kept: Kept | undefined;
  let run: Run | undefined;
  return new Promise((resolve, reject) => {
    let ended = false;
    const end = async () => {
      // The end is told twice.
      if (ended) return;
      ended = true;
      const ms = performance.now() - began;
      const { weights } = await exported();
      policy.dispose();
      resolve({ step: run!.step, hash: parameterHash(weights), kept, ms, savingMs, stored });
    };
    const controller = new RunController({
      post(event) {
        // Stored a moment later: a checkpoint that is still under way is lost with everything else.
        if (event.type === "checkpoint") {
          savingMs += performance.now() - savingSince;
          setTimeout(() => {
            kept = event;
            stored.push({ step: event.step, reached: run!.step });
            controller.stored("a", STORE_MS);
          }, STORE_MS);
        }
        if (event.type !== "state") return;
        if (event.state.phase === "failed") reject(new Error(event.state.message));
        if (event.state.phase === "ready") {
          began ||= performance.now();
          controller.keep("a");
          controller.train("a");
        }
        if (event.state.phase === "finished") void end();
      },
      async open() {
        const checkpoint = from && readCheckpoint(new Uint8Array(from));
        if (checkpoint) await policy.import(checkpoint.policy);
        run = checkpoint ? Run.resume(policy, checkpoint.progress) : await Run.start(policy, config);
        return run;
      },
      now: () => performance.now(),
      async rest() {
        await new Promise((turn) => setTimeout(turn, 0));
        if (run!.step < cut) return;
        void end();
        await new Promise(() => {});
      },
    });
    controller.open({ type: "open", runId: "a", config, policy: "simd", backend: "wasm" });
  });
}
