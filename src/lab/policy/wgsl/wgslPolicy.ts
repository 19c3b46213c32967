import { checkCredits, checkPrompts, checkSequences, checkState, checkWeights } from "../checks.ts";
import {
  type AdamW,
  freshState,
  type Policy,
  PolicyError,
  type PolicyState,
  type Sequences,
  type TokenScores,
} from "../policy.ts";
import { checkShape, layoutOf, type PolicyShape } from "../shape.ts";
import { countTokens, joinScores, packBatch, packCredits, splitRows, unpackScores } from "./batch.ts";
import { type Counters, type Gpu, openGpu, Usage } from "./device.ts";
import { dimsOf } from "./dims.ts";
import { bytesPerToken } from "./jobs.ts";
import { UPDATE_FIELDS } from "./kernels/adamw.ts";
import { sliceLayout } from "./kernels/reduce.ts";
import { openPlan, type Plan } from "./plan.ts";
import { compileProgram, pipelinesOf } from "./program.ts";
import { openReports } from "./reports.ts";
import { openSampler } from "./rollout.ts";
import { kernelTimes } from "./timings.ts";
import { copyOut, openVectors } from "./vectors.ts";

export interface WgslOptions {
  readonly device: GPUDevice;
  /** Destroy the device with the policy. */
  readonly ownDevice?: boolean;
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
 * for the next thing before awaiting them saves a read-back (see reports.ts).
 * @throws {PolicyError} "limits" where the shape or the device does not suit, "device" where the device fails.
 */
export async function wgslPolicy(
  shape: PolicyShape,
  weights: Float32Array | PolicyState,
  { device, ownDevice = false, onProgress }: WgslOptions,
): Promise<WgslPolicy> {
  checkShape(shape);
  const dims = dimsOf(shape);
  const initial = weights instanceof Float32Array ? freshState(shape, weights) : weights;
  checkWeights(shape, initial.weights);
  const gpu = openGpu(device);
  try {
    const policy = await assemble(gpu, dims, initial, onProgress);
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
  onProgress: WgslOptions["onProgress"],
): Promise<WgslPolicy> {
  const { shape, p4 } = dims;
  const { queue } = gpu.device;
  const scoreTokens = Math.floor(SCORE_BYTES / bytesPerToken(dims));
  const slicing = sliceLayout(dims);
  gpu.allow("partial gradients", slicing.total * 16);
  let compiled = 0;
  const tick = () => onProgress?.(++compiled / (pipelinesOf(dims) + 1));
  const sampler = openSampler(gpu, dims);
  const [program] = await Promise.all([compileProgram(gpu, dims, tick), sampler.compile().then(tick)]);
  const vectors = openVectors(gpu, program, (buffer) => {
    plan?.forget(buffer);
    sampler.forget(buffer);
  });
  const { current, first, second } = vectors;
  const slices = gpu.buffer("gradient", slicing.total * 16, Usage.storage | Usage.copySource);
  const reports = openReports(gpu, dims);
  const updateValues = new Float32Array(UPDATE_FIELDS.length);
  let updates = 0;
  let plan: Plan | null = null;
  let adamwGroup: GPUBindGroup | null = null;

  let tail: Promise<unknown> = Promise.resolve();
  let queued = 0;
  /** Runs one request after the ones before it. */
  const serve = <T>(work: () => Promise<T>): Promise<T> => {
    queued++;
    const result = tail.then(() => {
      queued--;
      gpu.check();
      return work();
    });
    tail = result
      .catch(() => {}) // its caller hears of it
      .then(async () => {
        // Fetched by itself where nobody waits whose answer it could ride on.
        if (reports.alone || (reports.waiting && queued === 0)) await reports.fetch(plan!.stats);
      })
      .catch((error) => reports.fail(error));
    return result;
  };

  const planFor = (tokens: number): Plan => {
    if (plan && plan.room >= tokens) return plan;
    const old = plan;
    const next = openPlan(gpu, program, slices, tokens);
    if (old) {
      if (reports.waiting) {
        gpu.submit("keep the report", (encoder) =>
          encoder.copyBufferToBuffer(old.stats, 0, next.stats, 0, reports.bytes),
        );
      }
      old.dispose();
    }
    plan = next;
    adamwGroup = gpu.bindGroup(program.adamw.layout, [
      { buffer: program.update },
      { buffer: current },
      { buffer: first },
      { buffer: second },
      { buffer: slices },
      { buffer: next.stats },
    ]);
    return next;
  };

  const upload = (batches: readonly Sequences[], inputs: "training" | "all") => {
    const room = planFor(countTokens(batches, inputs));
    const packed = packBatch(batches, shape.vocabSize, inputs, room.words);
    queue.writeBuffer(room.tables, 0, packed.words);
    return { room, packed };
  };

  /** Forward and the scores of all batches: one submit, one read-back. */
  const forward = async (batches: readonly Sequences[], weights: GPUBuffer): Promise<TokenScores[]> => {
    const { room, packed } = upload(batches, "training");
    const scoreBytes = packed.scored * 16;
    const rides = reports.waiting;
    gpu.submit("forward", (encoder) => {
      const pass = encoder.beginComputePass();
      room.record(pass, "forward", weights, packed);
      room.record(pass, "tokenHead", weights, packed);
      pass.end();
      if (scoreBytes > 0) encoder.copyBufferToBuffer(room.arena, room.at.scores, room.staging, 0, scoreBytes);
      reports.record(encoder, room.stats, room.staging, scoreBytes);
    });
    return gpu.read(room.staging, Math.max(16, scoreBytes + (rides ? reports.bytes : 0)), (answer) => {
      if (rides) reports.settle(answer, scoreBytes);
      return unpackScores(batches, new Float32Array(answer, 0, packed.scored * 4));
    });
  };

  /** Backward of the batch last uploaded, and what `then` adds to the same pass. */
  const backward = (
    room: Plan,
    batches: readonly Sequences[],
    credits: Parameters<typeof packCredits>[1],
    then?: (pass: GPUComputePassEncoder) => void,
    after?: (encoder: GPUCommandEncoder) => void,
  ) => {
    const written = packCredits(batches, credits, room.credits);
    if (written > 0) queue.writeBuffer(room.arena, room.at.credits, room.credits, 0, written);
    const load = { tokens: room.words[0]!, scored: room.words[1]! };
    gpu.submit("backward", (encoder) => {
      const pass = encoder.beginComputePass();
      room.record(pass, "backward", current, load);
      then?.(pass);
      pass.end();
      after?.(encoder);
    });
  };

  const setUpdate = ({ lr, beta1, beta2, epsilon, weightDecay, clipNorm, decayNorms = false }: AdamW) => {
    updates++;
    updateValues.set([
      lr,
      beta1,
      beta2,
      1 - beta1,
      1 - beta2,
      epsilon,
      lr * weightDecay,
      clipNorm,
      1 / (1 - beta1 ** updates),
      1 / (1 - beta2 ** updates),
      decayNorms ? 1 : 0,
    ]);
    queue.writeBuffer(program.update, 0, updateValues);
  };

  const load = (state: PolicyState) => {
    checkState(shape, state);
    vectors.load(state);
    updates = state.updates;
  };

  load(initial);
  gpu.check();

  return {
    shape,
    layout: layoutOf(shape),
    info: { implementation: "wgsl", backend: "webgpu", device: gpu.adapter },

    score(batch, name = "current") {
      return serve(async () => {
        checkSequences(shape, batch);
        const weights = vectors.of(name);
        const parts: TokenScores[] = [];
        for (const part of splitRows(batch, scoreTokens)) parts.push(...(await forward([part], weights)));
        return joinScores(parts);
      });
    },

    logits(batch, name = "current") {
      return serve(async () => {
        checkSequences(shape, batch);
        const V = shape.vocabSize;
        const { room, packed } = upload([batch], "all");
        gpu.submit("logits", (encoder) => {
          const pass = encoder.beginComputePass();
          room.record(pass, "forward", vectors.of(name), packed);
          pass.end();
        });
        const padded = dims.v4 * 4;
        const [z] = await copyOut(gpu, [{ from: room.arena, at: room.at.logits, bytes: packed.tokens * padded * 4 }]);
        if (padded === V) return z!;
        const out = new Float32Array(packed.tokens * V);
        for (let n = 0; n < packed.tokens; n++) out.set(z!.subarray(n * padded, n * padded + V), n * V);
        return out;
      });
    },

    learn(batches, assign, update) {
      return serve(async () => {
        for (const batch of batches) checkSequences(shape, batch);
        const credits = assign(await forward(batches, current));
        checkCredits(batches, credits);
        const report = reports.expect();
        const step = (pass: GPUComputePassEncoder) => {
          setUpdate(update);
          pass.setPipeline(program.adamw.pipeline);
          pass.setBindGroup(0, adamwGroup!);
          pass.dispatchWorkgroups(program.adamw.groups);
          gpu.counters.dispatches++;
        };
        backward(plan!, batches, credits, step, (encoder) => {
          if (queued === 0) reports.recordAlone(encoder, plan!.stats);
        });
        // In an object: a bare promise would keep the next request waiting for the report.
        return { report };
      }).then(({ report }) => report);
    },

    gradient(batches, credits) {
      return serve(async () => {
        for (const batch of batches) checkSequences(shape, batch);
        checkCredits(batches, credits);
        await forward(batches, current);
        backward(plan!, batches, credits);
        const [gradient] = await copyOut(gpu, [{ from: slices, at: slicing.gradient * 16, bytes: p4 * 16 }]);
        return gradient!;
      });
    },

    sample(prompts, options) {
      return serve(async () => {
        checkPrompts(shape, prompts, options);
        const carried = plan && { reports, stats: plan.stats };
        return sampler.sample(prompts, options, vectors.of(options.weights ?? "current"), program.rope, carried);
      });
    },

    snapshot(name, mix = 1) {
      return serve(async () => vectors.snapshot(name, mix));
    },

    restore(name) {
      return serve(async () => vectors.restore(name));
    },

    export() {
      return serve(async () => ({ shape, updates, ...(await vectors.read()) }));
    },

    import(state) {
      return serve(async () => load(state));
    },

    kernelTimes(batches) {
      return serve(async () => {
        const { room, packed } = upload(batches, "training");
        return kernelTimes(gpu, room, current, packed);
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
