import type { SentData } from "../data/sentData.ts";
import type { RunConfig } from "../experiment/config.ts";
import type { SentModel } from "../model/sentModel.ts";
import type { BackendName, TrainingPolicy } from "../policies.ts";
import type { MetricRow } from "../record/metricTable.ts";
import type { FieldValue } from "../schema.ts";
import type { WatchedRow, WatchedScores } from "../train/probed.ts";
import type { Sample, TokenRow } from "../train/report.ts";
import { type RunState, TRANSITIONS } from "../train/runState.ts";
import type { Question, Reply } from "./questions.ts";

export type RunId = string;

export type PolicyChoice = "auto" | TrainingPolicy;
export type BackendChoice = "auto" | BackendName;

/** Page to worker. */
export type Command =
  | {
      /** Replaces whatever run there was; ends in `ready` (or `failed`). */
      readonly type: "open";
      readonly runId: RunId;
      readonly config: RunConfig;
      readonly policy: PolicyChoice;
      readonly backend: BackendChoice;
      /** Implementation and backend of the run that this one does again or goes on with, e.g. `tfjs/wasm`. */
      readonly replays?: string;
      /** The device, in words, that this very run trained on until it was lost a moment ago. */
      readonly tested?: string;
      /** The lines of the data sets that the config names. */
      readonly data?: readonly SentData[];
      /** The files of the models that it names and this worker has not had. */
      readonly models?: readonly SentModel[];
      /** The address of the worker in which a reward function of one's own runs. */
      readonly sandbox?: string;
      /** A checkpoint file to go on from, as `checkpointBytes` wrote it. */
      readonly checkpoint?: ArrayBuffer;
      /** Weights to start from instead of what the config says: a checkpoint file, or one of weights alone. */
      readonly weights?: ArrayBuffer;
    }
  /** Asks for the {@link Reply} of this id. */
  | { readonly type: "ask"; readonly id: number; readonly question: Question }
  | { readonly type: "train"; readonly runId: RunId /** Pause after this step. */; readonly until?: number }
  | { readonly type: "pause" | "step" | "stop"; readonly runId: RunId }
  /** Asks for a `checkpoint` event at the next step's end. */
  | { readonly type: "checkpoint"; readonly runId: RunId }
  /** Asks for `checkpoint` events all along the run, at the pace of `CheckpointSchedule`; each is answered with `stored`. */
  | { readonly type: "keep"; readonly runId: RunId }
  /** The last checkpoint is stored, or could not be, after `ms` milliseconds: only then is another one taken, in the same bytes. */
  | { readonly type: "stored"; readonly runId: RunId; readonly ms: number; readonly bytes: ArrayBuffer }
  /** Asks for `watched` events all along the run: what the policy says of the first `count` demonstrations. */
  | { readonly type: "watch"; readonly runId: RunId; readonly count: number }
  /** Takes effect at the next step and becomes part of the experiment; nothing where that step is of a later phase than `phase`. */
  | {
      readonly type: "intervene";
      readonly runId: RunId;
      readonly phase?: number;
      readonly key: string;
      readonly value: FieldValue;
    }
  /** At most this many steps a second; 0 lifts the limit. */
  | { readonly type: "limit"; readonly runId: RunId; readonly stepsPerSecond: number };

/** Worker to page. Numbers and strings only, and checkpoint bytes; tensors never cross. Batched to at most 10 a second. */
export type LabEvent =
  | {
      readonly type: "backend";
      readonly runId: RunId;
      readonly policy: string;
      readonly backend: string;
      readonly device: string;
      /** One friendly sentence: why this one. */
      readonly reason: string;
      readonly parameters: number;
    }
  /** What became of the run on the way that its numbers do not say, in a sentence. */
  | { readonly type: "notice"; readonly runId: RunId; readonly text: string }
  | { readonly type: "state"; readonly runId: RunId; readonly state: RunState }
  | { readonly type: "metrics"; readonly runId: RunId; readonly rows: readonly MetricRow[] }
  | { readonly type: "tokens"; readonly runId: RunId; readonly step: number; readonly rows: readonly TokenRow[] }
  | { readonly type: "samples"; readonly runId: RunId; readonly step: number; readonly samples: readonly Sample[] }
  | {
      readonly type: "pace";
      readonly runId: RunId;
      readonly step: number;
      readonly stepsPerSecond: number;
      readonly tokensPerSecond: number;
      /** Seconds left at this pace. */
      readonly secondsLeft: number;
      readonly deviceBytes: number;
    }
  | {
      readonly type: "intervened";
      readonly runId: RunId;
      readonly step: number;
      readonly key: string;
      readonly value: FieldValue;
    }
  | {
      readonly type: "watched";
      readonly runId: RunId;
      /** Updates made before these weights. */
      readonly step: number;
      readonly scores: readonly WatchedScores[];
      /** What is watched: with the first event of a `watch`. */
      readonly rows?: readonly WatchedRow[];
    }
  | {
      readonly type: "checkpoint";
      readonly runId: RunId;
      readonly step: number;
      readonly bytes: ArrayBuffer;
      /** Of the parameters; empty on the way, where it would be half of what a checkpoint costs. */
      readonly hash: string;
      /** Checksum of the bytes. */
      readonly sum: string;
    };

/** A sign of life: every second, and, with `work`, at each call of a policy, at most twice a second. */
interface Alive {
  readonly type: "alive";
  readonly work: boolean;
}

/** All that comes from the worker: the stream of a run's events, replies to questions, and signs of life. */
export type WorkerMessage = LabEvent | Reply | Alive;

/** One handler per message type; a missing one is a compile error. */
export type Handlers<M extends { readonly type: string }> = {
  readonly [T in M["type"]]: (message: Extract<M, { readonly type: T }>) => void;
};

/** The only place where a message's type is taken at its word. */
export function dispatch<M extends { readonly type: string }>(handlers: Handlers<M>, message: M): void {
  const handle = handlers[message.type as M["type"]] as (message: M) => void;
  handle(message);
}

const has = (value: unknown, key: string, type: string) =>
  typeof value === "object" && value !== null && typeof (value as Record<string, unknown>)[key] === type;
const rows = (event: object) => "rows" in event && Array.isArray(event.rows);

/** What the page takes for granted of each kind of event. */
const SHAPES: { readonly [T in LabEvent["type"]]: (event: object) => boolean } = {
  backend: (event) => has(event, "policy", "string") && has(event, "backend", "string"),
  state: (event) =>
    "state" in event &&
    has(event.state, "phase", "string") &&
    Object.hasOwn(TRANSITIONS, (event.state as { phase: string }).phase),
  notice: (event) => has(event, "text", "string"),
  metrics: rows,
  tokens: rows,
  samples: (event) => "samples" in event && Array.isArray(event.samples),
  pace: (event) => has(event, "stepsPerSecond", "number"),
  intervened: (event) => has(event, "step", "number") && has(event, "key", "string"),
  watched: (event) => "scores" in event && Array.isArray(event.scores),
  checkpoint: (event) => "bytes" in event && event.bytes instanceof ArrayBuffer,
};

/** Whether a message is an event of this protocol; one of another build, or of something else, must not reach the page. */
export function isLabEvent(message: unknown): message is LabEvent {
  if (!has(message, "type", "string") || !has(message, "runId", "string")) return false;
  const { type } = message as LabEvent;
  return Object.hasOwn(SHAPES, type) && SHAPES[type](message as LabEvent);
}
