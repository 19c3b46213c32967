import wasmUrl from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url";
import wasmSimdUrl from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import wasmThreadedUrl from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url";
import { openPolicy } from "../policy/open.ts";
import { parameterCount } from "../policy/shape.ts";
import { readCheckpoint } from "../train/checkpoint.ts";
import { Run } from "../train/run.ts";
import { startingState, stateFromFile, weightsOnly } from "../train/startingState.ts";
import type { Command, LabEvent } from "./protocol.ts";
import { dispatch } from "./protocol.ts";
import { Conductor } from "./runController.ts";

/*
 * The worker's outside: messages, clocks, files, tfjs. What a run does is in train/, when it does it in conductor.ts.
 */

const WASM_PATHS = {
  "tfjs-backend-wasm.wasm": wasmUrl,
  "tfjs-backend-wasm-simd.wasm": wasmSimdUrl,
  "tfjs-backend-wasm-threaded-simd.wasm": wasmThreadedUrl,
};

const scope = self as unknown as DedicatedWorkerGlobalScope;
const post = (event: LabEvent) => {
  scope.postMessage(event, transfersOf(event));
};

function transfersOf(event: LabEvent): ArrayBuffer[] {
  if (event.type === "checkpoint") return [event.bytes];
  return event.type === "weights" && "bytes" in event.result ? [event.result.bytes] : [];
}

type Open = Extract<Command, { readonly type: "open" }>;

async function open(command: Open, onProgress: (done: number) => void): Promise<Run> {
  const checkpoint = command.checkpoint && readCheckpoint(new Uint8Array(command.checkpoint));
  const given = command.weights && stateFromFile(new Uint8Array(command.weights));
  const state = checkpoint?.policy ?? given ?? (await startingState(command.config, fetchNative));
  const { policy, reason } = await openPolicy(state, { ...command, wasmPaths: WASM_PATHS, onProgress });
  const { implementation, backend, device } = policy.info;
  const parameters = parameterCount(policy.shape);
  post({ type: "backend", runId: command.runId, policy: implementation, backend, device, reason, parameters });
  // The page knows the interventions made since the checkpoint; they are made again.
  if (checkpoint) return Run.resume(policy, { ...checkpoint.progress, config: command.config });
  return Run.start(policy, command.config);
}

/** Shipped files lie beside the page; in a build the worker's own file is one folder down. */
async function fetchNative(task: string): Promise<Uint8Array> {
  // Not the worker's location: in a sandboxed frame that is a blob's.
  const base = new URL(import.meta.env.DEV ? "/" : "../", import.meta.url);
  const response = await fetch(new URL(`checkpoints/${task}.safetensors`, base));
  if (!response.ok) {
    throw new Error(
      `The native checkpoint of ${task} must be on the server, got ${response.status} ${response.statusText}.`,
    );
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** Says what is wrong with a file instead of failing: no run is concerned. */
function convert({ runId, bytes }: Extract<Command, { readonly type: "convert" }>): void {
  try {
    post({ type: "weights", runId, result: weightsOnly(new Uint8Array(bytes)) });
  } catch (error) {
    post({ type: "weights", runId, result: { issue: error instanceof Error ? error.message : String(error) } });
  }
}

/** A turn of the event loop at once: a timer of 0 waits 4 ms, more than a step of a small policy on a GPU takes. */
const turn = new MessageChannel();
const waiting: (() => void)[] = [];
turn.port1.onmessage = () => waiting.shift()?.();
const nextTurn = () =>
  new Promise<void>((resolve) => {
    waiting.push(resolve);
    turn.port2.postMessage(0);
  });

const conductor = new Conductor({
  post,
  open,
  now: () => performance.now(),
  rest: (ms) => (ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : nextTurn()),
});

scope.addEventListener("message", ({ data }: MessageEvent<Command>) => {
  dispatch<Command>(
    {
      open: (command) => conductor.open(command),
      convert,
      train: ({ runId, until }) => conductor.train(runId, until),
      pause: ({ runId }) => conductor.pause(runId),
      step: ({ runId }) => conductor.step(runId),
      stop: ({ runId }) => conductor.stop(runId),
      checkpoint: ({ runId }) => conductor.checkpoint(runId),
      survey: (question) => conductor.ask(question),
      inspect: (question) => conductor.ask(question),
      browse: (question) => conductor.ask(question),
      openItem: (question) => conductor.ask(question),
      rewardModel: (question) => conductor.ask(question),
      watch: ({ runId, count }) => conductor.watch(runId, count),
      intervene: ({ runId, key, value, phase }) => conductor.intervene(runId, key, value, phase),
      limit: ({ runId, stepsPerSecond }) => conductor.limit(runId, stepsPerSecond),
    },
    data,
  );
});
