import { checkCredits, checkPrompts, checkSequences, checkState, checkWeights } from "../checks.ts";
import { freshState, type Policy, PolicyError, type PolicyState, type Sequences, type TokenScores } from "../policy.ts";
import { checkShape, layoutOf, type PolicyShape } from "../shape.ts";
import { isSoftware } from "./device/adapter.ts";
import { type Counters, type Gpu, openGpu, Usage } from "./device/device.ts";
import { sliceLayout } from "./kernels/reduce.ts";
import { joinScores, splitRows } from "./layout/batch.ts";
import { dimsOf } from "./layout/dims.ts";
import { paddingOf } from "./layout/padding.ts";
import { padState, withoutPadding } from "./paddedPolicy.ts";
import { openSampler } from "./sampling/rollout.ts";
import { bytesPerToken } from "./step/jobs.ts";
import { openLearning } from "./step/learning.ts";
import { openPasses } from "./step/passes.ts";
import { compileProgram, pipelinesOf } from "./step/program.ts";
import { openReports } from "./step/reports.ts";
import { openRequests } from "./step/requests.ts";
import { kernelTimes } from "./step/timings.ts";
import { copyOut, openVectors } from "./step/vectors.ts";

export interface WgslOptions {
  readonly device: GPUDevice;
  /** Destroy the device with the policy. */
  readonly ownDevice?: boolean;
  /** Whether rollouts use subgroups; where the adapter has wide ones unless given. For tests. */
  readonly subgroups?: boolean;
  /** Whether threads share long sums, see program.ts; on all but software adapters unless given. For tests. */
  readonly sharing?: boolean;
  /** Multiply-adds of a rollout's dispatch at most, see rollout.ts. For tests. */
  readonly dispatchWork?: number;
  /** Compilation, from 0 to 1. */
  readonly onProgress?: (done: number) => void;
}

/** A policy that also tells what it asked of the GPU. */
export interface WgslPolicy extends Policy {
  counters(): Readonly<Counters>;
  /** GPU milliseconds by kernel of a step on these batches, without an update; empty without timestamp queries. */
  kernelTimes(batches: readonly Sequences[]): Promise<Record<string, number>>;
}

/** Activations of the tokens that are scored at a time, where nothing needs them all at once. */
const SCORE_BYTES = 2 ** 26;

/**
 * The fast policy: a training step is a replayed list of WebGPU dispatches, a rollout a few of them.
 * Requests are served one after another, in the order they came. `learn` resolves with its own norms; a caller that asks
 * for the next thing before awaiting them saves a read-back (see reports.ts), and a submit where the next is another pass.
 * @throws {PolicyError} "limits" where the shape or the device does not suit, "device" where the device fails.
 */
export async function wgslPolicy(
  shape: PolicyShape,
  weights: Float32Array | PolicyState,
  options: WgslOptions,
): Promise<WgslPolicy> {
  const { device, ownDevice = false } = options;
  checkShape(shape);
  const dims = dimsOf(shape);
  const initial = weights instanceof Float32Array ? freshState(shape, weights) : weights;
  checkWeights(shape, initial.weights);
  const padding = paddingOf(shape);
  const gpu = openGpu(device);
  try {
    const inner = await assemble(gpu, dims, padding ? padState(padding, dims.shape, initial) : initial, options);
    const policy = padding ? withoutPadding(inner, shape, padding) : inner;
    if (!ownDevice) return policy;
    return {
      ...policy,
      dispose() {
        policy.dispose();
        device.destroy();
      },
    };
  } catch (error) {
    gpu.dispose();
    throw error;
  }
}

async function assemble(
  gpu: Gpu,
  dims: ReturnType<typeof dimsOf>,
  initial: PolicyState,
  { device, subgroups, sharing = !isSoftware(device), dispatchWork, onProgress }: WgslOptions,
): Promise<WgslPolicy> {
  const { shape, p4 } = dims;
  const scoreTokens = Math.floor(SCORE_BYTES / bytesPerToken(dims));
  const slicing = sliceLayout(dims);
  gpu.allow("partial gradients", slicing.total * 16);
  let compiled = 0;
  const pipelines = pipelinesOf(dims) + 1;
  const tick = () => onProgress?.(++compiled / pipelines);
  const reports = openReports(gpu, dims);
  const sampler = openSampler(gpu, dims, reports, subgroups, dispatchWork);
  const [program] = await Promise.all([compileProgram(gpu, dims, sharing, tick), sampler.compile().then(tick)]);
  const vectors = openVectors(gpu, program, (buffer) => {
    passes.plan?.forget(buffer);
    sampler.forget(buffer);
  });
  const { current, first, second } = vectors;
  const slices = gpu.buffer("gradient", slicing.total * 16, Usage.storage | Usage.copySource);
  let adamwGroup: GPUBindGroup | null = null;
  const passes = openPasses(gpu, program, slices, reports, ({ stats }) => {
    adamwGroup = gpu.bindGroup(
      program.adamw.layout,
      [program.update, current, first, second, slices, stats].map((buffer) => ({ buffer })),
    );
  });
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
  const { serve } = requests;

  const learning = openLearning({
    gpu,
    shape,
    program,
    passes,
    reports,
    requests,
    weights: current,
    record(pass) {
      pass.setPipeline(program.adamw.pipeline);
      pass.setBindGroup(0, adamwGroup!);
      pass.dispatchWorkgroups(program.adamw.groups);
      gpu.counters.dispatches++;
    },
  });

  const load = (state: PolicyState) => {
    checkState(shape, state);
    vectors.load(state);
    learning.updates = state.updates;
  };

  load(initial);
  gpu.check();

  return {
    shape,
    layout: layoutOf(shape),
    info: { implementation: "wgsl", backend: "webgpu", device: gpu.adapter },
    // One whose scores are being computed, and one that its backward pass can go together with.
    ahead: 2,

    score(batch, name = "current") {
      return serve("pass", async () => {
        checkSequences(shape, batch);
        const weights = vectors.of(name);
        const parts: TokenScores[] = [];
        for (const part of splitRows(batch, scoreTokens)) {
          const { value: scores, settle } = await passes.open([part], weights).launch();
          settle();
          parts.push(...scores);
        }
        return joinScores(parts);
      });
    },

    logits(batch, name = "current") {
      return serve("other", async () => {
        checkSequences(shape, batch);
        const V = shape.vocabSize;
        const { plan, packed } = passes.upload([batch], "all");
        gpu.submit("logits", (encoder) => {
          const pass = encoder.beginComputePass();
          plan.record(pass, "forward", vectors.of(name), packed);
          pass.end();
        });
        const padded = dims.v4 * 4;
        const [z] = await copyOut(gpu, [{ from: plan.arena, at: plan.at.logits, bytes: packed.tokens * padded * 4 }]);
        if (padded === V) return z!;
        const out = new Float32Array(packed.tokens * V);
        for (let n = 0; n < packed.tokens; n++) out.set(z!.subarray(n * padded, n * padded + V), n * V);
        return out;
      });
    },

    learn: learning.learn,

    gradient(batches, credits) {
      return serve("other", async () => {
        for (const batch of batches) checkSequences(shape, batch);
        checkCredits(batches, credits);
        const pass = passes.open(batches, current, () => {});
        (await pass.launch()).settle();
        pass.credit(credits);
        const [gradient] = await copyOut(gpu, [{ from: slices, at: slicing.gradient * 16, bytes: p4 * 16 }]);
        return gradient!;
      });
    },

    sample(prompts, options) {
      return serve("other", async () => {
        checkPrompts(shape, prompts, options);
        const weights = vectors.of(options.weights ?? "current");
        return sampler.sample(prompts, options, weights, program.rope, passes.plan?.stats);
      });
    },

    snapshot(name, mix = 1) {
      return serve("other", async () => vectors.snapshot(name, mix));
    },

    restore(name) {
      return serve("other", async () => vectors.restore(name));
    },

    export() {
      return serve("other", async () => ({ shape, updates: learning.updates, ...(await vectors.read()) }));
    },

    import(state) {
      return serve("other", async () => load(state));
    },

    kernelTimes(batches) {
      return serve("other", async () => {
        // Its dispatches leave norms of their own where a report may still wait.
        if (reports.waiting) await reports.fetch(passes.plan!.stats);
        const { plan, packed } = passes.upload(batches, "training");
        return kernelTimes(gpu, plan, current, packed);
      });
    },

    memory: () => gpu.memory(),
    counters: () => ({ ...gpu.counters }),
    dispose() {
      reports.fail(new PolicyError("device", "this policy was disposed of before its report came"));
      gpu.dispose();
    },
  };
}
