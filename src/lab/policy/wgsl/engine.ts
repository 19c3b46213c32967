import type { PolicyShape } from "../shape.ts";
import { WorkMemory, type WorkOptions, wholly } from "../workMemory.ts";
import { isSoftware } from "./device/adapter.ts";
import { type Gpu, Usage } from "./device/device.ts";
import { sliceLayout } from "./kernels/reduce.ts";
import type { Dims } from "./layout/dims.ts";
import { openSampler, type Sampler } from "./sampling/rollout.ts";
import { type Learning, openLearning } from "./step/learning.ts";
import { openPasses, type Passes } from "./step/passes.ts";
import { compileProgram, type Program, pipelinesOf } from "./step/program.ts";
import { openReports, type Reports } from "./step/reports.ts";
import { openRequests, type Requests } from "./step/requests.ts";
import { openVectors, type Vectors } from "./step/vectors.ts";

/** What a policy on a GPU works with: its compiled kernels, its vectors, and the passes over batches. */
export interface Engine {
  readonly gpu: Gpu;
  readonly dims: Dims;
  readonly shape: PolicyShape;
  readonly program: Program;
  readonly vectors: Vectors;
  /** Partial gradients and their sum, see reduce.ts. */
  readonly slices: GPUBuffer;
  readonly passes: Passes;
  readonly reports: Reports;
  readonly requests: Requests;
  readonly learning: Learning;
  readonly sampler: Sampler;
}

export interface EngineOptions extends WorkOptions {
  readonly device: GPUDevice;
  /** Whether rollouts use subgroups; where the adapter has wide ones unless given. For tests. */
  readonly subgroups?: boolean;
  /** Whether threads share long sums, see program.ts; on all but software adapters unless given. For tests. */
  readonly sharing?: boolean;
  /** Multiply-adds of a rollout's dispatch at most, see rollout.ts. For tests. */
  readonly dispatchWork?: number;
  /** Whether answers are taken without their marks, see marks.ts: of a device that computes nothing. For measurements. */
  readonly trusting?: boolean;
  /** The next thing asked of it is most likely a step: what only rollouts need is compiled after the kernels, and waited for by rollouts alone. */
  readonly goesOn?: boolean;
  /** Compilation, from 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

/** @throws {PolicyError} "limits" where the device does not suit, "device" where it cannot compile. */
export async function openEngine(gpu: Gpu, dims: Dims, options: EngineOptions): Promise<Engine> {
  const { device, subgroups, sharing = !isSoftware(device), dispatchWork, goesOn = false, onProgress } = options;
  const { shape } = dims;
  // A bound each: what is refused of a large plan says nothing of a small cache.
  const training = new WorkMemory(options, () => sampler.release());
  const drawing = new WorkMemory(options, () => passes.release());
  const slicing = sliceLayout(dims);
  gpu.allow("partial gradients", slicing.total * 16);
  let compiled = 0;
  const pipelines = pipelinesOf(dims) + 1;
  const tick = () => onProgress?.(++compiled / pipelines);
  const reports = openReports(gpu, dims);
  const sampler = openSampler(gpu, dims, reports, drawing, subgroups, dispatchWork);
  const compiling = compileProgram(gpu, dims, sharing, tick);
  const rollouts = (goesOn ? compiling.then(() => sampler.compile()) : sampler.compile()).then(tick);
  // A failure is said to the first who samples.
  if (goesOn) rollouts.catch(() => {});
  const [program] = await Promise.all([compiling, goesOn || rollouts]);
  const forget = (buffer: GPUBuffer) => {
    passes.plan?.forget(buffer);
    sampler.forget(buffer);
  };
  const bytes = 16 * (3 * dims.p4 + slicing.total);
  const { vectors, slices } = await wholly(() =>
    gpu.made(`weights, moments and gradient of ${4 * dims.p4} parameters`, bytes, () => ({
      vectors: openVectors(gpu, program, forget),
      slices: gpu.buffer("gradient", slicing.total * 16, Usage.storage | Usage.copySource),
      // All of it goes with the device's account.
      dispose() {},
    })),
  );
  const adamw = updating(gpu, program, vectors, slices);
  const passes = openPasses(gpu, program, slices, reports, training, ({ stats }) => adamw.bind(stats));
  const requests = openServing(gpu, reports, passes);
  const weights = vectors.current;
  const learning = openLearning({ gpu, shape, program, passes, reports, requests, weights, record: adamw.record });
  return { gpu, dims, shape, program, vectors, slices, passes, reports, requests, learning, sampler };
}

/** The update behind a backward pass, on the statistics of the plan that the pass is in. */
function updating(gpu: Gpu, { adamw, update }: Program, { current, first, second }: Vectors, slices: GPUBuffer) {
  let group: GPUBindGroup | null = null;
  return {
    bind(stats: GPUBuffer) {
      group = gpu.bindGroup(
        adamw.layout,
        [update, current, first, second, slices, stats].map((buffer) => ({ buffer })),
      );
    },
    record(pass: GPUComputePassEncoder) {
      pass.setPipeline(adamw.pipeline);
      pass.setBindGroup(0, group!);
      pass.dispatchWorkgroups(adamw.groups);
      gpu.counters.dispatches++;
    },
  };
}

/** Requests one after another; what is held back is submitted, and a report fetched, where no next request takes them along. */
function openServing(gpu: Gpu, reports: Reports, passes: Passes): Requests {
  const requests = openRequests({
    before(kind) {
      gpu.check();
      if (kind === "other") gpu.flush();
    },
    async after() {
      if (requests.next === undefined) gpu.flush();
      try {
        // Fetched by itself where nobody waits whose answer it could ride on.
        const nobody = requests.next === undefined;
        if (reports.alone || (reports.waiting && nobody)) await reports.fetch(passes.plan!.stats);
      } catch (error) {
        reports.fail(error);
      }
    },
  });
  return requests;
}
