import workerUrl from "../lab/worker/main.ts?worker&url";
import { type Command, isLabEvent, type LabEvent, type WorkerMessage } from "../lab/worker/protocol.ts";
import type { AnswerTo, Question } from "../lab/worker/questions.ts";
import { PendingQuestions, UnansweredError } from "./pendingQuestions.ts";
import { startWorker } from "./startWorker.ts";
import { WorkerWatch } from "./workerWatch.ts";

/** The part of a Worker that the client uses. */
export interface LabWorker {
  postMessage(message: Command, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: { readonly data: WorkerMessage }) => void): void;
  addEventListener(type: "error" | "messageerror", listener: (event: { readonly message?: string }) => void): void;
  terminate(): void;
}

interface LabListener {
  event(event: LabEvent): void;
  /** The worker died; the next `open` starts another. */
  crashed(message: string): void;
}

export interface LabClient {
  /** `open` starts a worker where there is none; any other command without a worker is dropped. */
  send(command: Command): void;
  /**
   * The answer to a question; one that concerns no run starts a worker where there is none. Rejects with UnansweredError when the worker dies or
   * refuses, when another run takes the place of the one that was asked, and after `limitMs`.
   */
  ask<Q extends Question>(question: Q, limitMs?: number): Promise<AnswerTo<Q>>;
  /** Messages that were no events of this build. */
  readonly dropped: number;
  /** Ends the worker, whatever it does; the next `open` starts another. */
  dispose(): void;
}

/** The worker of this build. */
export function spawnLabWorker(): LabWorker {
  return startWorker(workerUrl, "policy-lab");
}

/** Owns the worker: starts it when it is first needed, and again after a crash. */
export function createLabClient(spawn: () => LabWorker, listener: LabListener): LabClient {
  let worker: LabWorker | undefined;
  let watch: WorkerWatch | undefined;
  /** The run that was opened last. */
  let opened: string | undefined;
  let dropped = 0;
  const questions = new PendingQuestions();

  function receive(message: WorkerMessage): void {
    watch?.heard(message?.type !== "alive" || message.work);
    if (message?.type === "alive") return;
    if (message?.type === "reply") questions.receive(message);
    else if (isLabEvent(message)) {
      // What the run before it still says tells nothing of this one.
      if (message.runId === opened) observe(message, watch);
      listener.event(message);
    } else dropped++;
  }

  function end(why: string): void {
    questions.reject("crashed", why);
    watch?.end();
    worker?.terminate();
    worker = watch = undefined;
  }

  function start(): LabWorker {
    const started = spawn();
    const crashed = (message: string) => {
      if (worker !== started) return;
      end(message);
      listener.crashed(message);
    };
    watch = new WorkerWatch((seconds) => crashed(crashSentence(`no sign of life for ${seconds} s`)));
    listenTo(started, { crashed, receive: (message) => worker === started && receive(message) });
    return started;
  }

  return {
    send(command) {
      if (command.type === "open") {
        worker ??= start();
        opened = command.runId;
        watch?.opened(command.config);
        questions.reject("replaced", "Another run took the place of the one that was asked.", command.runId);
      }
      if (worker) worker.postMessage(withNewModels(worker, command), transfersOf(command));
    },
    ask(question, limitMs) {
      const post = (id: number) =>
        worker!.postMessage({ type: "ask", id, question: withNewModels(worker!, question) }, transfersOf(question));
      if (!("runId" in question)) worker ??= start();
      return worker ? questions.ask(question, post, limitMs) : noWorker();
    },
    get dropped() {
      return dropped;
    },
    dispose: () => end("The worker that was asked was ended."),
  };
}

const noWorker = () =>
  Promise.reject(new UnansweredError("crashed", "There must be a worker with a policy to ask, got none."));

/** The models whose files a worker has had: they are hundreds of megabytes to copy. */
const had = new WeakMap<LabWorker, Set<string>>();

/** A command or question without the files of models that a worker has had. */
function withNewModels<Sent extends Command | Question>(worker: LabWorker, sent: Sent): Sent {
  if (!("models" in sent) || !sent.models) return sent;
  const known = had.get(worker) ?? new Set<string>();
  const models = sent.models.filter(({ hash }) => !known.has(hash));
  for (const { hash } of models) known.add(hash);
  had.set(worker, known);
  return { ...sent, models };
}

/** What comes from a worker, and the sentence that says why nothing comes any more. */
interface WorkerListener {
  receive(message: WorkerMessage): void;
  crashed(message: string): void;
}

function listenTo(worker: LabWorker, { receive, crashed }: WorkerListener): void {
  worker.addEventListener("message", ({ data }) => {
    // What it failed at may be the reading of a model: the next run brings the files again.
    if ((data?.type === "state" && data.state?.phase === "failed") || (data?.type === "reply" && "issue" in data))
      had.delete(worker);
    receive(data);
  });
  worker.addEventListener("error", ({ message }) => crashed(crashSentence(message)));
  worker.addEventListener("messageerror", () => crashed(crashSentence("a message could not be read")));
}

/** Tells the watch over the worker what an event of its run says of the work that it does. */
function observe(event: LabEvent, watch: WorkerWatch | undefined): void {
  if (event.type === "state") watch?.moved(["loading", "compiling", "training"].includes(event.state.phase));
  if (event.type !== "metrics") return;
  for (const { step, values } of event.rows) {
    if (Object.keys(values).some((key) => key.startsWith("eval/"))) watch?.evaluated();
    else if (step > 0) watch?.stepped(step);
  }
}

function transfersOf(command: Command | Question): ArrayBuffer[] {
  if (command.type === "convert" || command.type === "stored") return [command.bytes];
  if (command.type === "export") return command.checkpoint ? [command.checkpoint] : [];
  if (command.type !== "open") return [];
  return [command.checkpoint, command.weights].filter((bytes) => bytes !== undefined);
}

function crashSentence(message: string | undefined): string {
  const why = message ? `stopped: ${message.replace(/\.$/, "")}` : "could not be loaded";
  return `The worker that trains ${why}. Train starts it again; your settings are still here.`;
}
