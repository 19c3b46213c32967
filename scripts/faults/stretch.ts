import { parseConfig, type RunConfig } from "../../src/lab/experiment/config.ts";
import { randomWeights } from "../../src/lab/policy/init.ts";
import { openPolicy } from "../../src/lab/policy/open.ts";
import { freshState, type Policy } from "../../src/lab/policy/policy.ts";
import { SIZES, type SizeName } from "../../src/lab/policy/shape.ts";
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
  /** Of the processor, in the same time: other programs hardly change it. */
  readonly processorMs: number;
  /** The steps at which a checkpoint was stored, with those that were reached then. */
  readonly stored: readonly { readonly step: number; readonly reached: number }[];
}

interface StretchOptions {
  /** A checkpoint; the start of the run unless given. */
  readonly from?: ArrayBuffer | undefined;
  /** Updates after which the run is never heard of again, as in a worker that is killed. */
  readonly cut?: number;
  /** Whether checkpoints are kept on the way, as they are unless it is false. */
  readonly keeps?: boolean;
  /** That a checkpoint is being stored. */
  readonly storeMs?: number;
}

/** An SFT of parity in so many steps, and a fresh policy for it: what costs are measured on. */
export async function parityRun(size: SizeName, steps: number): Promise<{ config: RunConfig; policy: Policy }> {
  const config = parseConfig({
    ...{ task: "parity", algorithm: "sft", start: "random", size, steps, demoBatch: 16 },
    ...{ evalProblems: 8, evalOod: false, evalEvery: 1000 },
  });
  const state = freshState(SIZES[size], randomWeights(SIZES[size], 1));
  return { config, policy: (await openPolicy(state, { policy: "simd", backend: "wasm" })).policy };
}

/**
 * What a page does with the checkpoints of a run: stores each some milliseconds later, and gives back the bytes of the one before,
 * as those of the newest are kept here.
 */
export function storing(
  controller: () => RunController,
  onStored: (event: Kept) => void = () => {},
  storeMs: number = STORE_MS,
) {
  let kept: Kept | undefined;
  return (event: Kept) =>
    setTimeout(() => {
      const bytes = kept?.bytes ?? new ArrayBuffer(event.bytes.byteLength);
      kept = event;
      onStored(event);
      controller().stored("a", storeMs, bytes);
    }, storeMs);
}

/** Trains on the real controller to the end, or until it is cut off. The policy is disposed of. */
export async function stretch(
  config: RunConfig,
  policy: Policy,
  { from, cut = Number.POSITIVE_INFINITY, keeps = true, storeMs = STORE_MS }: StretchOptions = {},
): Promise<Stretch> {
  let beganUsage: NodeJS.CpuUsage | undefined;
  let [began, savingSince, savingMs] = [0, 0, 0];
  const stored: { step: number; reached: number }[] = [];
  const inPlace = policy.inPlace!.bind(policy);
  policy.inPlace = (use) => {
    savingSince = performance.now();
    return inPlace(use);
  };
  let kept: Kept | undefined;
  let run: Run | undefined;
  const store = storing(
    () => controller,
    (event) => {
      kept = event;
      stored.push({ step: event.step, reached: run!.step });
    },
    storeMs,
  );
  let controller: RunController;
  return new Promise((resolve, reject) => {
    let ended = false;
    const end = async () => {
      // The end is told twice.
      if (ended) return;
      ended = true;
      const ms = performance.now() - began;
      const { user, system } = process.cpuUsage(beganUsage);
      const processorMs = (user + system) / 1000;
      const hash = await inPlace(({ weights }) => parameterHash(weights));
      policy.dispose();
      resolve({ step: run!.step, hash, kept, ms, savingMs, processorMs, stored });
    };
    controller = new RunController({
      post(event) {
        // Stored a moment later: a checkpoint that is still under way is lost with everything else.
        if (event.type === "checkpoint") {
          savingMs += performance.now() - savingSince;
          store(event);
        }
        if (event.type !== "state") return;
        if (event.state.phase === "failed") reject(new Error(event.state.message));
        if (event.state.phase === "ready") {
          began ||= performance.now();
          beganUsage ??= process.cpuUsage();
          if (keeps) controller.keep("a");
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
