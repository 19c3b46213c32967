import { receiveData } from "../data/sentData.ts";
import { longestRowOf } from "../experiment/demand.ts";
import { nextTurn } from "../nextTurn.ts";
import { awaitAdapter } from "../policy/awaitAdapter.ts";
import { openPolicy } from "../policy/open.ts";
import { freshState, PolicyError } from "../policy/policy.ts";
import { parameterCount } from "../policy/shape.ts";
import { browserThreads } from "../policy/simd/threads.ts";
import { WASM_ADDRESSES } from "../policy/tfjs/wasmAddresses.ts";
import { provideSandbox } from "../rewards/sandbox/sandbox.ts";
import { sandboxAt } from "../rewards/sandbox/workerSandbox.ts";
import { hearScoring } from "../rewards/scoringTurns.ts";
import { tryReward } from "../rewards/tryReward.ts";
import { taskById } from "../tasks/index.ts";
import { readCheckpoint } from "../train/checkpoint.ts";
import { Run } from "../train/run.ts";
import { vocabularyHere } from "../train/shippedVocabulary.ts";
import { startingState, stateFromFile, weightsOnly } from "../train/startingState.ts";
import type { Command, WorkerMessage } from "./protocol.ts";
import { dispatch } from "./protocol.ts";
import type { Answers, ExportQuestion, FileQuestion, ProbeQuestion } from "./questions.ts";
import { RunController } from "./runController.ts";
import { withSigns } from "./signsOfWork.ts";

/*
 * The worker's outside: messages, clocks, files, tfjs. What a run does is in train/, when it does it in runController.ts.
 */

const scope = self as typeof self & DedicatedWorkerGlobalScope;
const post = (message: WorkerMessage) => {
  scope.postMessage(message, transfersOf(message));
};

function transfersOf(message: WorkerMessage): ArrayBuffer[] {
  if (message.type === "checkpoint") return [message.bytes];
  const answer = message.type === "reply" && "answer" in message && message.answer;
  return answer && "bytes" in answer ? [answer.bytes] : [];
}

const now = () => performance.now();

type Open = Extract<Command, { readonly type: "open" }>;

async function open(command: Open, onProgress: (done: number) => void): Promise<Run> {
  await receive(command);
  await vocabularyHere(taskById(command.config.task), fetchShipped);
  const checkpoint = command.checkpoint && readCheckpoint(new Uint8Array(command.checkpoint));
  const given = command.weights && stateFromFile(new Uint8Array(command.weights), command.config);
  const state = checkpoint?.policy ?? given ?? (await startingState(command.config, fetchShipped));
  // A GPU that was lost is not there at once; without it the run would go on elsewhere, with other bits, unasked.
  const onGpu = command.replays?.endsWith("/webgpu") && (command.backend === "auto" || command.backend === "webgpu");
  if (checkpoint && onGpu) await awaitAdapter(navigator.gpu);
  const opened = await openPolicy(state, {
    ...command,
    wasmPaths: WASM_ADDRESSES,
    threads: browserThreads(now),
    onProgress,
    onNotice: (text) => post({ type: "notice", runId: command.runId, text }),
    longestRow: longestRowOf(command.config),
  });
  const policy = withSigns(opened.policy, signOfWork);
  const { implementation, backend, device } = policy.info;
  if (checkpoint && onGpu && backend !== "webgpu") {
    policy.dispose();
    throw new PolicyError("device", opened.reason);
  }
  const parameters = parameterCount(policy.shape);
  post({
    type: "backend",
    runId: command.runId,
    policy: implementation,
    backend,
    device,
    reason: opened.reason,
    parameters,
  });
  // The page knows the interventions made since the checkpoint; they are made again.
  if (checkpoint) return Run.resume(policy, { ...checkpoint.progress, config: command.config });
  return Run.start(policy, command.config);
}

/**
 * Makes what somebody brought known, and has reward functions run in a worker of the sandbox's address. What reads a model's files
 * is loaded here, when there is one.
 */
async function receive({ data = [], models = [], sandbox }: Pick<Open, "data" | "models" | "sandbox">): Promise<void> {
  for (const one of data) await receiveData(one);
  for (const model of models) await (await import("../model/sentModel.ts")).receiveModel(model);
  if (sandbox !== undefined) provideSandbox(sandboxAt(sandbox));
}

/** Shipped files lie beside the page; in a build the worker's own file is one folder down. */
async function fetchShipped(file: string): Promise<Uint8Array> {
  // Not the worker's location: in a sandboxed frame that is a blob's.
  const base = new URL(import.meta.env.DEV ? "/" : "../", import.meta.url);
  const response = await fetch(new URL(`checkpoints/${file}`, base));
  if (!response.ok) {
    throw new Error(
      `The shipped file checkpoints/${file} must be on the server, got ${response.status} ${response.statusText}.`,
    );
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** Answers a question that concerns no run; says what is wrong instead of failing. */
async function answerFile(id: number, question: FileQuestion): Promise<void> {
  try {
    post({ type: "reply", id, answer: await fileAnswer(question) });
  } catch (error) {
    post({ type: "reply", id, issue: error instanceof Error ? error.message : String(error) });
  }
}

async function fileAnswer(question: FileQuestion): Promise<Answers[FileQuestion["type"]]> {
  if (question.type === "convert") return weightsOnly(new Uint8Array(question.bytes));
  if (question.type === "tryReward") {
    await receive(question);
    return { judgements: await tryReward(question.config, question.tried) };
  }
  return question.type === "export" ? exported(question) : probed(question);
}

/** Times an update on a policy of its own, which is gone afterwards. What does is loaded when it is first asked for. */
async function probed({ shape, update, policy: wanted, backend: on }: ProbeQuestion): Promise<Answers["probe"]> {
  const [{ probeSize, probeUpdate }, { randomWeights }] = await Promise.all([
    import("../policy/probe.ts"),
    import("../policy/init.ts"),
  ]);
  const state = freshState(shape, randomWeights(shape, 1));
  const where = { policy: wanted, backend: on, wasmPaths: WASM_ADDRESSES, threads: browserThreads(now) };
  const { policy } = await openPolicy(state, where);
  try {
    const { implementation, backend } = policy.info;
    return { ...(await probeUpdate(policy, probeSize(shape, update), now)), where: `${implementation}/${backend}` };
  } finally {
    policy.dispose();
  }
}

const ALIVE_MS = 1000;
const WORK_MS = 500;

/** As long as the worker itself is not stuck. */
setInterval(() => post({ type: "alive", work: false }), ALIVE_MS);

let signed = 0;
function signOfWork(): void {
  const now = performance.now();
  if (now - signed < WORK_MS) return;
  signed = now;
  post({ type: "alive", work: true });
}

/** An experiment's folder for another trainer as an archive. What writes it is loaded here, when it is first asked for. */
async function exported(question: ExportQuestion): Promise<Answers["export"]> {
  const { cluster, config, checkpoint, elsewhere } = question;
  await receive(question);
  await vocabularyHere(taskById(config.task), fetchShipped);
  const { exportArchive } = await import("../export/exportArchive.ts");
  const given = { config, checkpoint: checkpoint && new Uint8Array(checkpoint), elsewhere };
  return exportArchive(cluster, given, {
    startingState: (of) => startingState(of, fetchShipped),
    open: async (state) =>
      (await openPolicy(state, { policy: "auto", backend: "auto", wasmPaths: WASM_ADDRESSES })).policy,
  });
}

hearScoring(signOfWork);

const controller = new RunController({
  post,
  open,
  now,
  rest: (ms) => (ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : nextTurn()),
});

scope.addEventListener("message", ({ data }: MessageEvent<Command>) => {
  dispatch<Command>(
    {
      open: (command) => controller.open(command),
      train: ({ runId, until }) => controller.train(runId, until),
      pause: ({ runId }) => controller.pause(runId),
      step: ({ runId }) => controller.step(runId),
      stop: ({ runId }) => controller.stop(runId),
      checkpoint: ({ runId }) => controller.checkpoint(runId),
      keep: ({ runId }) => controller.keep(runId),
      stored: ({ runId, ms, bytes }) => controller.stored(runId, ms, bytes),
      ask: ({ id, question }) => ("runId" in question ? controller.ask(id, question) : void answerFile(id, question)),
      watch: ({ runId, count }) => controller.watch(runId, count),
      intervene: ({ runId, key, value, phase }) => controller.intervene(runId, key, value, phase),
      limit: ({ runId, stepsPerSecond }) => controller.limit(runId, stepsPerSecond),
    },
    data,
  );
});
