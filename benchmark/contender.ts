import type { BackendName } from "../src/lab/policies.ts";
import type { Prompts, Sequences } from "../src/lab/policy/policy.ts";
import type { PolicyShape } from "../src/lab/policy/shape.ts";
import type { Threads } from "../src/lab/policy/simd/team.ts";
import type { GpuCounts } from "./gpuCounters.ts";

/** Where a run of the benchmark computes. */
export interface Host {
  readonly backend: BackendName;
  /** Threads that every contender on wasm is given. */
  readonly threads: number;
  /** How our SIMD kernels start so many threads; undefined where there can be one alone. */
  readonly startThreads: (most: number) => Threads | undefined;
  /** Where tfjs's three .wasm files lie. */
  readonly wasmPaths: Readonly<Record<string, string>>;
  /** A worker that runs peers/nanogptWorker.ts. @throws {Error} with the reason where there can be none */
  nanogptWorker(): Promise<Worker>;
}

/** What every contender starts from: the same decoder, or the nearest that it has. */
export interface Start {
  readonly shape: PolicyShape;
  readonly weights: Float32Array; // [P], in the order of `layoutOf`
}

/** A training step: forward, cross-entropy over all scored tokens, backward, AdamW; the loss is read every time. */
export interface Trainee {
  /** Nats per token, before the update. */
  step(batch: Sequences): Promise<number>;
  /** Steps asked for without awaiting the one before, where that makes a difference; `done` is called as each answers. */
  queue?(batches: readonly Sequences[], done?: () => void): Promise<void>;
  /** GPU milliseconds by kernel of a step's score and backward; empty where the adapter cannot tell. */
  kernelTimes?(batch: Sequences): Promise<Readonly<Record<string, number>>>;
  /** Of one that computes in a thread of its own: its WebGPU calls so far, and the bytes it holds. */
  counts?(): GpuCounts | undefined;
  bytes?(): number | undefined;
  dispose(): void;
}

/** Draws completions, all of one length. */
export interface Writer {
  /** Token ids [B, N]; `draw` differs from call to call, greedy where it is null. */
  write(prompts: Prompts, newTokens: number, draw: number | null): Promise<Int32Array>;
  dispose(): void;
}

export interface Contender {
  readonly name: string;
  readonly ours: boolean;
  /** One sentence: what it is, and what differs from the others. */
  readonly what: string;
  /** Computes the very same numbers as our policies, so that its losses must agree with theirs. */
  readonly sameMathematics: boolean;
  readonly backends: readonly BackendName[];
  /** Is measured only where the others have at least so many threads. */
  readonly leastThreads?: number;
  /** Where it computes instead, on hosts whose backend it lacks. */
  readonly instead?: string;
  train?(start: Start, host: Host): Promise<Trainee>;
  write?(start: Start, host: Host): Promise<Writer>;
}

/** AdamW of every contender: no clipping, decay on matrices only. */
export const OPTIMIZER = {
  lr: 1e-3,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.01,
} as const;
