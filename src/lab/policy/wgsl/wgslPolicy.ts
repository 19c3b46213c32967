import { checkCredits, checkPrompts, checkSequences, checkState, checkWeights } from "../checks.ts";
import {
  type AdamW,
  freshState,
  type Policy,
  PolicyError,
  type PolicyState,
  type Sequences,
  type TokenScores,
  type WeightsName,
} from "../policy.ts";
import { checkShape, layoutOf, type PolicyShape } from "../shape.ts";
import { countTokens, joinScores, packBatch, packCredits, splitRows, unpackScores } from "./batch.ts";
import { type Counters, type Gpu, openGpu, Usage } from "./device.ts";
import { dimsOf } from "./dims.ts";
import { UPDATE_FIELDS } from "./kernels/adamw.ts";
import { sliceLayout } from "./kernels/reduce.ts";
import { openPlan, type Plan } from "./plan.ts";
import { compileProgram, pipelinesOf } from "./program.ts";
import { openReports } from "./reports.ts";
import { openSampler } from "./rollout.ts";
import { kernelTimes } from "./timings.ts";

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

type SnapshotName = Exclude<WeightsName, "current">;

/** Tokens that are scored at a time, where nothing needs them all at once. */
const SCORE_TOKENS = 16_384;

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
  const { device } = gpu;
  const { queue } = device;
  const bytes = p4 * 16;
  const slicing = sliceLayout(dims);
  gpu.allow("partial gradients", slicing.total * 16);
  let compiled = 0;
  const tick = () => onProgress?.(++compiled / (pipelinesOf(dims) + 1));
  const sampler = openSampler(gpu, dims);
  const [program] = await Promise.all([compileProgram(gpu, dims, tick), sampler.compile().then(tick)]);
  const { storage, copySource, copyTarget, mapRead } = Usage;
  const vector = (label: string) => gpu.buffer(label, bytes, storage | copySource | copyTarget);
  const current = vector("weights");
  const first = vector("first moment");
  const second = vector("second moment");
  const slices = gpu.buffer("gradient", slicing.total * 16, storage | copySource);
  const snapshots = new Map<SnapshotName, { readonly buffer: GPUBuffer; readonly mix: GPUBindGroup }>();
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

  const weightsOf = (name: WeightsName): GPUBuffer => {
    if (name === "current") return current;
    const snapshot = snapshots.get(name);
    if (!snapshot) throw new PolicyError("input", `${name} weights must be taken with snapshot first, got none`);
    return snapshot.buffer;
  };

  const vectorFor = (name: SnapshotName) => {
    let snapshot = snapshots.get(name);
    if (!snapshot) {
      const buffer = vector(`${name} weights`);
      const mix = gpu.bindGroup(program.mix.layout, [{ buffer: program.share }, { buffer: current }, { buffer }]);
      snapshot = { buffer, mix };
      snapshots.set(name, snapshot);
    }
    return snapshot;
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

  /** Copies parts of buffers to the CPU through a buffer made for the occasion. */
  const fetch = async (parts: readonly { from: GPUBuffer; at: number; bytes: number }[]): Promise<Float32Array[]> => {
    const total = parts.reduce((sum, part) => sum + part.bytes, 0);
    const staging = gpu.buffer("export", total, mapRead | copyTarget);
    try {
      gpu.submit("export", (encoder) => {
        let to = 0;
        for (const part of parts) {
          encoder.copyBufferToBuffer(part.from, part.at, staging, to, part.bytes);
          to += part.bytes;
        }
      });
      return await gpu.read(staging, total, (answer) => {
        let at = 0;
        return parts.map((part) => {
          const values = new Float32Array(answer.slice(at, at + part.bytes));
          at += part.bytes;
          return values;
        });
      });
    } finally {
      gpu.destroy(staging);
    }
  };

  const write = (buffer: GPUBuffer, values: Float32Array) =>
    queue.writeBuffer(buffer, 0, values as Float32Array<ArrayBuffer>);

  const load = (state: PolicyState) => {
    checkState(shape, state);
    write(current, state.weights);
    write(first, state.firstMoment);
    write(second, state.secondMoment);
    updates = state.updates;
    for (const [name, { buffer }] of snapshots) {
      if (state.snapshots[name]) continue;
      snapshots.delete(name);
      gpu.destroy(buffer);
      plan?.forget(buffer);
      sampler.forget(buffer);
    }
    for (const [name, weights] of Object.entries(state.snapshots))
      write(vectorFor(name as SnapshotName).buffer, weights);
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
        const weights = weightsOf(name);
        const parts: TokenScores[] = [];
        for (const part of splitRows(batch, SCORE_TOKENS)) parts.push(...(await forward([part], weights)));
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
          room.record(pass, "forward", weightsOf(name), packed);
          pass.end();
        });
        const padded = dims.v4 * 4;
        const [z] = await fetch([{ from: room.arena, at: room.at.logits, bytes: packed.tokens * padded * 4 }]);
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
        const [gradient] = await fetch([{ from: slices, at: slicing.gradient * 16, bytes }]);
        return gradient!;
      });
    },

    sample(prompts, options) {
      return serve(async () => {
        checkPrompts(shape, prompts, options);
        const carried = plan && { reports, stats: plan.stats };
        return sampler.sample(prompts, options, weightsOf(options.weights ?? "current"), program.rope, carried);
      });
    },

    snapshot(name, mix = 1) {
      return serve(async () => {
        if (mix !== 1 && !snapshots.has(name)) {
          throw new PolicyError("input", `${name} must have been taken before it can be mixed, got a mix of ${mix}`);
        }
        const { buffer, mix: group } = vectorFor(name);
        gpu.submit("snapshot", (encoder) => {
          if (mix === 1) {
            encoder.copyBufferToBuffer(current, 0, buffer, 0, bytes);
            return;
          }
          queue.writeBuffer(program.share, 0, Float32Array.of(mix));
          const pass = encoder.beginComputePass();
          pass.setPipeline(program.mix.pipeline);
          pass.setBindGroup(0, group);
          pass.dispatchWorkgroups(Math.min(1024, Math.ceil(p4 / 256)));
          pass.end();
          gpu.counters.dispatches++;
        });
      });
    },

    restore(name) {
      return serve(async () => {
        const from = weightsOf(name);
        gpu.submit("restore", (encoder) => encoder.copyBufferToBuffer(from, 0, current, 0, bytes));
      });
    },

    export() {
      return serve(async () => {
        const names = [...snapshots.keys()];
        const sources = [current, first, second, ...names.map((name) => snapshots.get(name)!.buffer)];
        const [weights, firstMoment, secondMoment, ...rest] = await fetch(
          sources.map((from) => ({ from, at: 0, bytes })),
        );
        return {
          shape,
          weights: weights!,
          firstMoment: firstMoment!,
          secondMoment: secondMoment!,
          updates,
          snapshots: Object.fromEntries(names.map((name, i) => [name, rest[i]!])),
        };
      });
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
