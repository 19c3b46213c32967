import type { LabWorker } from "../../src/app/labClient.ts";
import { PolicyError } from "../../src/lab/policy/policy.ts";
import type { Run, RunEvent } from "../../src/lab/train/run.ts";
import { type Command, dispatch, type WorkerMessage } from "../../src/lab/worker/protocol.ts";
import { RunController } from "../../src/lab/worker/runController.ts";

/** Milliseconds of one update. */
const STEP_MS = 30;

/** What a whole fleet of workers has now. */
export interface Fleet {
  /** Workers that were started and not ended. */
  workers: number;
  /** Policies on a device in a worker that was not ended. */
  devices: number;
}

type Message = (event: { readonly data: WorkerMessage; readonly message?: string }) => void;

/**
 * A worker of the real controller in this process, on a policy that computes nothing: for random sequences of presses and faults.
 * It can lose its device, die, and hang.
 */
export class WorkerInProcess implements LabWorker {
  readonly #fleet: Fleet;
  readonly #listeners = new Map<string, Message[]>();
  readonly #controller: RunController;
  readonly #life = setInterval(() => this.#post({ type: "alive", work: true }), 1000);
  #ended = false;
  #hangs = false;
  #lost = false;
  #devices = 0;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    fleet.workers++;
    this.#controller = new RunController({
      post: (message) => this.#post(message),
      open: async (command) => {
        await this.#work(STEP_MS);
        this.#lost = false;
        this.#count(1);
        const [, step = "0"] = /"step":"(\d+)"/.exec(new TextDecoder().decode(command.checkpoint)) ?? [];
        return standIn(
          command.config,
          Number(step),
          () => this.#step(),
          () => this.#count(-1),
        );
      },
      now: () => performance.now(),
      rest: (ms) => this.#work(ms),
    });
  }

  postMessage(command: Command): void {
    if (this.#ended || this.#hangs) return;
    const controller = this.#controller;
    const nothing = () => {};
    dispatch<Command>(
      {
        open: (open) => controller.open(open),
        train: ({ runId, until }) => controller.train(runId, until),
        pause: ({ runId }) => controller.pause(runId),
        step: ({ runId }) => controller.step(runId),
        stop: ({ runId }) => controller.stop(runId),
        checkpoint: ({ runId }) => controller.checkpoint(runId),
        intervene: ({ runId, key, value }) => controller.intervene(runId, key, value),
        ...{ keep: nothing, stored: nothing, ask: nothing, watch: nothing, limit: nothing },
      },
      command,
    );
  }

  addEventListener(type: string, listener: unknown): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener as Message]);
  }

  terminate(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#life);
    this.#fleet.workers--;
    this.#fleet.devices -= this.#devices;
  }

  /** An error that nothing catches. */
  die(): void {
    if (this.#ended || this.#hangs) return;
    for (const listener of this.#listeners.get("error") ?? [])
      listener({ data: undefined as never, message: "it died" });
  }

  /** An endless loop: nothing is heard of it and nothing is heard by it. */
  hang(): void {
    this.#hangs = true;
  }

  loseDevice(): void {
    this.#lost = true;
  }

  async #step(): Promise<void> {
    await this.#work(STEP_MS);
    if (this.#lost) throw new PolicyError("device", "the GPU was lost.");
  }

  #count(devices: number): void {
    if (this.#ended) return;
    this.#devices += devices;
    this.#fleet.devices += devices;
  }

  #post(message: WorkerMessage): void {
    if (this.#ended || this.#hangs) return;
    for (const listener of this.#listeners.get("message") ?? []) listener({ data: structuredClone(message) });
  }

  /** Time passes; in a worker that hangs or is ended it never has. */
  async #work(ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    if (this.#hangs || this.#ended) await new Promise(() => {});
  }
}

/** The part of a run that the controller uses. */
function standIn(config: Run["config"], from: number, update: () => Promise<void>, dispose: () => void): Run {
  const steps = config.optimizer.steps;
  let now = config;
  const run = {
    step: from,
    steps,
    get config() {
      return now;
    },
    get finished() {
      return run.step >= steps;
    },
    get progress() {
      return { config: now, step: run.step, tokens: 0, batches: undefined };
    },
    policy: {
      memory: () => ({ bytes: 0, buffers: 0 }),
      dispose,
      // Too little to be a checkpoint: the controller reads of it no more than this.
      export: async () => ({
        weights: Float32Array.of(1),
        firstMoment: Float32Array.of(0),
        secondMoment: Float32Array.of(0),
        snapshots: {},
      }),
    },
    intervene(key: string, value: never) {
      const change = { step: run.step + 1, key, value };
      now = { ...now, interventions: [...now.interventions, change] };
      return change;
    },
    settle: async () => undefined,
    async *events({ until = () => steps }: Parameters<Run["events"]>[0] = {}): AsyncGenerator<RunEvent, void> {
      while (run.step < Math.min(until(), steps)) {
        await update();
        run.step++;
        const report = { step: run.step, tokens: 1, samples: [], rows: [], metrics: { loss: 1 } };
        yield { type: "update", report };
        yield { type: "boundary", step: run.step };
      }
    },
  };
  return run as unknown as Run;
}
