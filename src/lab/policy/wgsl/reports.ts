import type { UpdateReport } from "../policy.ts";
import { type Gpu, Usage } from "./device.ts";
import type { Dims } from "./dims.ts";
import { adamwGroups } from "./kernels/adamw.ts";
import { reduceGroups } from "./kernels/reduce.ts";
import { statsHead } from "./program.ts";

/**
 * How an update's norms come back. They exist only when the update has run, after the scores were read: fetching them at
 * once costs a second read-back. So a report waits for the next answer that is read anyway and rides along: a caller that
 * asks for the next step before awaiting the last report pays one read-back per step. Where nobody else is waiting the
 * report is fetched by itself, so that a caller who awaits it first is not kept waiting.
 */
export interface Reports {
  /** Bytes that a report adds to an answer. */
  readonly bytes: number;
  /** The report of the update just submitted. */
  expect(): Promise<UpdateReport>;
  /** A report waits for an answer to ride on. */
  readonly waiting: boolean;
  /** A report lies ready to be read by itself. */
  readonly alone: boolean;
  /** Adds the waiting report, if any, to an answer at `offset` of its staging buffer. */
  record(encoder: GPUCommandEncoder, stats: GPUBuffer, staging: GPUBuffer, offset: number): void;
  /** Settles what {@link record} added. */
  settle(answer: ArrayBuffer, offset: number): void;
  /** Puts the waiting report by itself, within the update's own submit; {@link fetch} then only reads. */
  recordAlone(encoder: GPUCommandEncoder, stats: GPUBuffer): void;
  /** Fetches the waiting report by itself. */
  fetch(stats: GPUBuffer): Promise<void>;
  fail(error: unknown): void;
}

export function openReports(gpu: Gpu, dims: Dims): Reports {
  const { parameters, rest } = statsHead(dims);
  const bytes = rest * 4;
  const staging = gpu.buffer("report", bytes, Usage.mapRead | Usage.copyTarget);
  let pending: Deferred<UpdateReport> | null = null;
  let riding: Deferred<UpdateReport> | null = null;
  const norm = (squares: Float32Array) => Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
  const reports: Reports = {
    bytes,
    get waiting() {
      return pending !== null;
    },
    get alone() {
      return riding !== null;
    },
    expect() {
      pending = deferred();
      pending.promise.catch(() => {}); // whoever asked for the update hears of it, nobody else needs to
      return pending.promise;
    },
    record(encoder, stats, to, offset) {
      if (!pending) return;
      encoder.copyBufferToBuffer(stats, 0, to, offset, bytes);
      riding = pending;
      pending = null;
    },
    settle(answer, offset) {
      if (!riding) return;
      const squares = new Float32Array(answer, offset, rest);
      riding.resolve({
        gradNorm: norm(squares.subarray(0, reduceGroups(dims).total)),
        paramNorm: norm(squares.subarray(parameters, parameters + adamwGroups(dims))),
      });
      riding = null;
    },
    recordAlone(encoder, stats) {
      reports.record(encoder, stats, staging, 0);
    },
    async fetch(stats) {
      if (!pending && !riding) return;
      if (!riding) gpu.submit("report", (encoder) => reports.record(encoder, stats, staging, 0));
      await gpu.read(staging, bytes, (answer) => reports.settle(answer, 0));
    },
    fail(error) {
      pending?.reject(error);
      riding?.reject(error);
      pending = riding = null;
    },
  };
  return reports;
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
