import type { RunConfig } from "../config.ts";
import type { FeedName, Metrics } from "../objectives/objective.ts";
import type { RewardReport } from "../rewards/rewardModel.ts";
import type { FieldValue } from "../schema.ts";
import type { EmptyFeed, FeedPage, FeedQuery, OpenedItem } from "../train/browse/feedPage.ts";
import type { Survey, SurveySource } from "../train/ddtSurvey.ts";
import type { Candidate, InspectedRow } from "../train/inspect.ts";
import type { Sample, TokenRow } from "../train/report.ts";
import type { RunState } from "../train/runState.ts";
import type { WatchedRow, WatchedScores } from "../train/watch.ts";

export type RunId = string;

export type PolicyChoice = "auto" | "tfjs" | "wgsl" | "simd" | "simd-fused";
export type BackendChoice = "auto" | "webgpu" | "wasm" | "cpu";

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
      /** A checkpoint file to go on from, as `checkpointBytes` wrote it. */
      readonly checkpoint?: ArrayBuffer;
      /** Weights to start from instead of what the config says: a checkpoint file, or one of weights alone. */
      readonly weights?: ArrayBuffer;
    }
  /** Asks for a `weights` event: the weights of a checkpoint, or of a weights file, under Hugging Face's names. */
  | { readonly type: "convert"; readonly runId: RunId; readonly bytes: ArrayBuffer }
  | { readonly type: "train"; readonly runId: RunId /** Pause after this step. */; readonly until?: number }
  | { readonly type: "pause" | "step" | "stop"; readonly runId: RunId }
  /** Asks for a `checkpoint` event at the next step's end. */
  | { readonly type: "checkpoint"; readonly runId: RunId }
  /** Asks for a `survey` event: CLL of these data sets, `count` problems each, at the next step's end. */
  | {
      readonly type: "survey";
      readonly runId: RunId;
      readonly sources: readonly SurveySource[];
      readonly count: number;
    }
  /** Asks for a `candidates` event: the likeliest tokens along one row, under the weights of the next step's end. */
  | { readonly type: "inspect"; readonly runId: RunId; readonly row: InspectedRow }
  /** Asks for a `feedPage` event: items of one feed. */
  | { readonly type: "browse"; readonly runId: RunId; readonly query: FeedQuery }
  /** Asks for a `feedItem` event: one of those items, read by the weights of the next step's end. */
  | { readonly type: "openItem"; readonly runId: RunId; readonly feed: FeedName; readonly index: number }
  /** Asks for `watched` events all along the run: what the policy says of the first `count` demonstrations. */
  | { readonly type: "watch"; readonly runId: RunId; readonly count: number }
  /** Asks for a `rewardModel` event. */
  | { readonly type: "rewardModel"; readonly runId: RunId }
  /** Takes effect at the next step and becomes part of the experiment. */
  | { readonly type: "intervene"; readonly runId: RunId; readonly key: string; readonly value: FieldValue }
  /** At most this many steps a second; 0 lifts the limit. */
  | { readonly type: "limit"; readonly runId: RunId; readonly stepsPerSecond: number };

/** The metrics of one step. */
export interface MetricRow {
  readonly step: number;
  readonly values: Metrics;
  /** Time in training since the run was opened here, pauses left out. */
  readonly seconds?: number;
}

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
  | { readonly type: "survey"; readonly runId: RunId; readonly step: number; readonly survey: Survey }
  | {
      readonly type: "candidates";
      readonly runId: RunId;
      /** Updates made: the weights that answered. */
      readonly step: number;
      readonly row: InspectedRow;
      /** Of every token of the row, best first; empty where the row cannot be read. */
      readonly candidates: readonly (readonly Candidate[])[];
    }
  | {
      readonly type: "feedPage";
      readonly runId: RunId;
      /** What was asked. */
      readonly query: FeedQuery;
      readonly page: FeedPage | EmptyFeed;
    }
  | {
      readonly type: "feedItem";
      readonly runId: RunId;
      readonly feed: FeedName;
      readonly index: number;
      /** Or one sentence that says why it cannot be read. */
      readonly item: OpenedItem | { readonly issue: string };
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
      readonly type: "rewardModel";
      readonly runId: RunId;
      /** On preferences that it was not trained on; null where the verifier alone rewards. */
      readonly report: RewardReport | null;
    }
  | {
      readonly type: "checkpoint";
      readonly runId: RunId;
      readonly step: number;
      readonly bytes: ArrayBuffer;
      readonly hash: string;
    }
  | {
      /** What `convert` asked for: a safetensors file, or one sentence that says why there is none. */
      readonly type: "weights";
      readonly runId: RunId;
      readonly result: { readonly bytes: ArrayBuffer; readonly parameters: number } | { readonly issue: string };
    };

/** One handler per message type; a missing one is a compile error. */
export type Handlers<M extends { readonly type: string }> = {
  readonly [T in M["type"]]: (message: Extract<M, { readonly type: T }>) => void;
};

/** The only place where a message's type is taken at its word. */
export function dispatch<M extends { readonly type: string }>(handlers: Handlers<M>, message: M): void {
  const handle = handlers[message.type as M["type"]] as (message: M) => void;
  handle(message);
}
