import type { RunConfig } from "../experiment/config.ts";
import { algorithmsOf, totalSteps } from "../experiment/phases.ts";
import type { Metrics } from "../metrics.ts";

/** Where a stored run stands. `weights` and `tokens` are imported files of these alone: nothing was trained here. */
export const PHASES = ["training", "paused", "stopped", "failed", "finished", "weights", "tokens"] as const;
/** `damaged`: the stored record cannot be read, so that all but its id stands in for what is missing. It can only be removed. */
export type RecordPhase = (typeof PHASES)[number] | "damaged";

/** One of as many colours, each with its dash pattern, as runs may lie over one another. */
export type RunTone = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export const MAX_OVERLAY = 8;

/** The run whose checkpoint a run started from. */
interface Parent {
  readonly id: string;
  readonly name: string;
  /** Of the parent. */
  readonly step: number;
}

/** Runs that were asked for together. */
export interface Group {
  readonly id: string;
  /** `seeds`: one experiment under several seeds; `race`: several algorithms from one start. */
  readonly kind: "seeds" | "race";
  readonly name: string;
  readonly size: number;
}

/** What is known of a run without its curves and weights; enough for a list of hundreds. */
export interface RunRecord {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** As it was started, with the interventions made since. */
  readonly config: RunConfig;
  /** Implementation and backend that computed it, e.g. `tfjs` and `wasm`; empty while they are not known. */
  readonly policy: string;
  readonly backend: string;
  readonly phase: RecordPhase;
  /** Why it failed, in one sentence. */
  readonly message?: string | undefined;
  /** Updates made. */
  readonly step: number;
  /** The newest value of every metric. */
  readonly final: Metrics;
  /** Time spent in training. */
  readonly seconds: number;
  readonly checkpoint?: StoredCheckpoint | undefined;
  /** The one before it, as long as the newest has not been read back whole. */
  readonly older?: StoredCheckpoint | undefined;
  /** A checkpoint was there and was dropped for newer ones. */
  readonly checkpointDropped?: boolean;
  /** Size of what is stored of its tokens. */
  readonly tokens?: StoredTokens | undefined;
  readonly parent?: Parent | undefined;
  readonly group?: Group | undefined;
  readonly pinned: boolean;
  readonly tone: RunTone;
  /** Deleted, and not yet for good. */
  readonly deleted?: boolean;
  /** What cannot be read of it, in one sentence: of the record itself, its curves or its tokens. Never stored. */
  readonly damage?: string;
}

export interface StoredCheckpoint {
  readonly step: number;
  readonly bytes: number;
  /** Of the parameters; empty where it was taken on the way. */
  readonly hash: string;
  /** Checksum of the bytes; none in records of earlier builds, and of imported weights. */
  readonly sum?: string | undefined;
  /** Where it lies; 0 unless said. */
  readonly slot?: Slot | undefined;
}

/** A run has room for two checkpoints. */
export type Slot = 0 | 1;

interface StoredTokens {
  /** How many steps of the run have tokens. */
  readonly steps: number;
  readonly bytes: number;
}

export function isLive(phase: RecordPhase): boolean {
  return phase === "training" || phase === "paused";
}

/** Whether a record's settings are those that it was trained with; files of weights or tokens alone do not say theirs. */
export const saysSettings = ({ phase }: Pick<RunRecord, "phase">) => phase !== "weights" && phase !== "tokens";

/** True for a run that was cut off or paused before its end and has a checkpoint to go on from. */
export function canResume(run: RunRecord): boolean {
  return run.checkpoint !== undefined && saysSettings(run) && run.checkpoint.step < totalSteps(run.config);
}

/** `wanted`, or the first of `wanted 2`, `wanted 3`, … that is free. */
export function freeName(wanted: string, taken: Iterable<string>): string {
  const names = new Set(taken);
  if (!names.has(wanted)) return wanted;
  let n = 2;
  while (names.has(`${wanted} ${n}`)) n++;
  return `${wanted} ${n}`;
}

/** The name of a run that was given none. */
export function defaultName(config: RunConfig): string {
  return algorithmsOf(config);
}

/** The tone of the fewest among those in view, the first of equals. */
export function freeTone(inView: Iterable<RunTone>): RunTone {
  const counts = new Array<number>(MAX_OVERLAY).fill(0);
  for (const tone of inView) counts[tone - 1]!++;
  return (counts.indexOf(Math.min(...counts)) + 1) as RunTone;
}
