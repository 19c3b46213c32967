import type { UpdateReport } from "../../policy.ts";
import { type Gpu, Usage } from "../device/device.ts";
import { adamwGroups } from "../kernels/adamw.ts";
import { reduceGroups } from "../kernels/reduce.ts";
import type { Dims } from "../layout/dims.ts";
import { MARK_WORDS, MARKS, statsHead } from "./program.ts";

/**
 * How an update's norms come back. They exist only when the update has run, after the scores were read: fetching them at
 * once costs a second read-back. So a report waits for the next answer that is read anyway and rides along: a caller that
 * asks for the next step before awaiting the last report pays one read-back per step. Where nobody else is waiting the
 * report is fetched by itself, so that a caller who awaits it first is not kept waiting.
 */
export interface Reports {
  /** Bytes that a report adds to an answer. */
  readonly bytes: number;
  /**
   * The report of the update whose commands have just been held back; before they are submitted with what it may ride on. It must
   * carry the update's mark.
   */
  expect(mark: number): Promise<UpdateReport>;
  /** A report waits for an answer to ride on. */
  readonly waiting: boolean;
  /** A report lies ready to be read by itself. */
  readonly alone: boolean;
  /** Adds the norms to an answer at `offset` of its staging buffer, whether a report will ride on it or not. */
  copy(encoder: GPUCommandEncoder, stats: GPUBuffer, staging: GPUBuffer, offset: number): void;
  /**
   * Reads an answer of so many bytes, behind which {@link copy} has put the norms; `take` sees their marks too. The waiting
   * report, if any, rides along, and fails with it.
   */
  read<T>(staging: GPUBuffer, bytes: number, take: (mapped: ArrayBuffer) => T): Promise<Answer<T>>;
  /** Commands that put the waiting report by itself, within the update's own submit; {@link fetch} then only reads. */
  setAside(stats: GPUBuffer): GPUCommandBuffer;
  /** Fetches the waiting report by itself. */
  fetch(stats: GPUBuffer): Promise<void>;
  fail(error: unknown): void;
}

export interface Answer<T> {
  readonly value: T;
  /** Tells whoever waits for the norms that rode along. Once, and before the next answer comes. */
  settle(): void;
}

interface Ride {
  land(answer: ArrayBuffer, offset: number): void;
  settle(): void;
}

export function openReports(gpu: Gpu, dims: Dims): Reports {
  const norms = normsOf(gpu, dims);
  const { bytes } = norms;
  const staging = gpu.buffer("report", bytes, Usage.mapRead | Usage.copyTarget);
  const waiting = waitingReport(norms);
  let aside: Ride | null = null;
  const reports: Reports = {
    bytes,
    get waiting() {
      return waiting.any;
    },
    get alone() {
      return aside !== null;
    },
    expect: waiting.expect,
    copy(encoder, stats, to, offset) {
      encoder.copyBufferToBuffer(stats, 0, to, offset, bytes);
    },
    read(from, size, take) {
      const report = waiting.ride();
      const answer = gpu.read(from, size + (report ? bytes : MARK_WORDS * 4), (mapped) => {
        report?.land(mapped, size);
        return { value: take(mapped), settle: () => report?.settle() };
      });
      // Whoever asked hears of it too; they may not be listening yet.
      answer.catch((error) => report && reports.fail(error));
      return answer;
    },
    setAside(stats) {
      const commands = gpu.encode("report", (encoder) => reports.copy(encoder, stats, staging, 0));
      aside = waiting.ride();
      return commands;
    },
    async fetch(stats) {
      if (waiting.any) {
        gpu.hold(reports.setAside(stats));
        gpu.flush();
      }
      const own = aside;
      aside = null;
      if (!own) return;
      await gpu.read(staging, bytes, (answer) => own.land(answer, 0));
      own.settle();
    },
    fail(error) {
      waiting.fail(error);
      aside = null;
    },
  };
  return reports;
}

/** The report that waits for an answer to ride on, and those that ride. */
function waitingReport(norms: ReturnType<typeof normsOf>) {
  let pending: (Deferred<UpdateReport> & { readonly mark: number }) | null = null;
  const riding = new Set<Deferred<UpdateReport>>();
  return {
    get any() {
      return pending !== null;
    },
    expect(mark: number): Promise<UpdateReport> {
      pending = { ...deferred<UpdateReport>(), mark };
      pending.promise.catch(() => {}); // whoever asked for the update hears of it, nobody else needs to
      return pending.promise;
    },
    ride(): Ride | null {
      if (!pending) return null;
      const mine = pending;
      pending = null;
      riding.add(mine);
      return {
        land: (answer, offset) => norms.land(answer, offset, mine.mark),
        settle() {
          riding.delete(mine);
          mine.resolve(norms.report());
        },
      };
    },
    fail(error: unknown): void {
      pending?.reject(error);
      for (const one of riding) one.reject(error);
      riding.clear();
      pending = null;
    },
  };
}

/** Norms from the sums of squares that the kernels leave. */
function normsOf(gpu: Gpu, dims: Dims) {
  const { gradient, parameters, rest } = statsHead(dims);
  const squares = new Float32Array(rest);
  const gradients = gradient + reduceGroups(dims).total;
  const weights = parameters + adamwGroups(dims);
  const norm = (from: number, to: number) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += squares[i]!;
    return Math.sqrt(sum);
  };
  return {
    bytes: rest * 4,
    land(answer: ArrayBuffer, offset: number, mark: number) {
      squares.set(new Float32Array(answer, offset, rest));
      gpu.verify("norms", squares[MARKS.update], mark);
    },
    report: (): UpdateReport => ({ gradNorm: norm(gradient, gradients), paramNorm: norm(parameters, weights) }),
  };
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
