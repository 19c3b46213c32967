import { checkCredits, checkPrompts, checkSequences, checkState, checkWeights } from "../checks.ts";
import { joinScores, splitRows } from "../microBatches.ts";
import {
  freshState,
  mapVectors,
  type Policy,
  PolicyError,
  type PolicyState,
  type Sequences,
  type TokenCredit,
  type TokenScores,
  type WeightsName,
} from "../policy.ts";
import { checkShape, layoutOf, type PolicyShape } from "../shape.ts";
import { wholly } from "../workMemory.ts";
import { type Counters, type Gpu, openGpu } from "./device/device.ts";
import { type Engine, type EngineOptions, openEngine } from "./engine.ts";
import { sliceLayout } from "./kernels/reduce.ts";
import { countTokens } from "./layout/batch.ts";
import { type Dims, dimsOf } from "./layout/dims.ts";
import { paddingOf } from "./layout/padding.ts";
import { padState, withoutPadding } from "./paddedPolicy.ts";
import { bytesPerToken } from "./step/jobs.ts";
import { checkPlan } from "./step/plan.ts";
import { kernelTimes } from "./step/timings.ts";
import { copyOut } from "./step/vectors.ts";

export interface WgslOptions extends EngineOptions {
  /** Destroy the device with the policy. */
  readonly ownDevice?: boolean;
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
  const { device, ownDevice = false, trusting } = options;
  checkShape(shape);
  const dims = dimsOf(shape);
  const initial = weights instanceof Float32Array ? freshState(shape, weights) : weights;
  checkWeights(shape, initial.weights);
  const padding = paddingOf(shape);
  const gpu = openGpu(device, trusting);
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

async function assemble(gpu: Gpu, dims: Dims, initial: PolicyState, options: WgslOptions): Promise<WgslPolicy> {
  const engine = await openEngine(gpu, dims, options);
  const { shape, program, vectors, passes, reports, learning, sampler } = engine;
  const { serve } = engine.requests;
  const load = async (state: PolicyState) => {
    checkState(shape, state);
    await vectors.load(state);
    learning.updates = state.updates;
  };
  await load(initial);
  gpu.check();
  // Before the first step, not at it.
  if (options.longestRow !== undefined) checkPlan(gpu, program, options.longestRow);

  const inPlace = <T>(use: (state: PolicyState) => T): Promise<T> =>
    serve("other", () => vectors.read((all) => use({ shape, updates: learning.updates, ...all })));

  return {
    shape,
    layout: layoutOf(shape),
    info: { implementation: "wgsl", backend: "webgpu", device: gpu.adapter },
    // One whose scores are being computed, and one that its backward pass can go together with.
    ahead: 2,
    score: (batch, name = "current") => serve("pass", () => scores(engine, batch, name)),
    logits: (batch, name = "current") => serve("other", () => logits(engine, batch, name)),
    learn: learning.learn,
    gradient: (batches, credits) => serve("other", () => gradient(engine, batches, credits)),
    sample(prompts, options) {
      return serve("other", async () => {
        checkPrompts(shape, prompts, options);
        const weights = vectors.of(options.weights ?? "current");
        return sampler.sample(prompts, options, weights, program.rope, () => passes.plan?.stats);
      });
    },
    snapshot: (name, mix = 1) => serve("other", () => vectors.snapshot(name, mix)),
    restore: (name) => serve("other", async () => vectors.restore(name)),
    export: () => inPlace((state) => mapVectors(state, (vector) => vector.slice())),
    inPlace,
    import: (state) => serve("other", () => load(state)),
    kernelTimes(batches) {
      return serve("other", async () => {
        // Its dispatches leave norms of their own where a report may still wait.
        if (reports.waiting) await reports.fetch(passes.plan!.stats);
        await wholly(() => passes.grow(countTokens(batches, "training")));
        const { plan, packed } = passes.upload(batches, "training");
        return kernelTimes(gpu, plan, vectors.current, packed);
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

async function scores({ dims, shape, vectors, passes }: Engine, batch: Sequences, name: WeightsName) {
  checkSequences(shape, batch);
  const weights = vectors.of(name);
  const parts: TokenScores[] = [];
  for (const part of splitRows(batch, Math.floor(SCORE_BYTES / bytesPerToken(dims)))) {
    const micro = await passes.prepare([part]);
    parts.push(...(await passes.score([part], micro, weights)));
  }
  return joinScores(parts);
}

/** [N, V] of every token of a batch, padding too. */
async function logits({ gpu, dims, shape, vectors, passes }: Engine, batch: Sequences, name: WeightsName) {
  checkSequences(shape, batch);
  const V = shape.vocabSize;
  await wholly(() => passes.grow(batch.rows * batch.length));
  const { plan, packed } = passes.upload([batch], "all");
  gpu.submit("logits", (encoder) => {
    const pass = encoder.beginComputePass();
    plan.record(pass, "forward", vectors.of(name), packed);
    pass.end();
  });
  const padded = dims.v4 * 4;
  const part = { from: plan.arena, at: plan.at.logits, bytes: packed.tokens * padded * 4 };
  return copyOut(gpu, [part], ([z]) => {
    const out = new Float32Array(packed.tokens * V);
    for (let n = 0; n < packed.tokens; n++) out.set(z!.subarray(n * padded, n * padded + V), n * V);
    return out;
  });
}

async function gradient(
  { gpu, dims, shape, vectors, slices, passes, reports }: Engine,
  batches: readonly Sequences[],
  credits: readonly TokenCredit[],
) {
  for (const batch of batches) checkSequences(shape, batch);
  checkCredits(batches, credits);
  const micro = await passes.prepare(batches);
  if (micro.length > 1) {
    // Its norms come to lie where a report may still wait; one piece takes that along with its scores.
    if (reports.waiting) await reports.fetch(passes.plan!.stats);
    passes.train(micro, credits, vectors.current, () => {});
  } else {
    const pass = passes.open(batches, vectors.current, () => {});
    (await pass.launch()).settle();
    pass.credit(credits);
  }
  const at = sliceLayout(dims).gradient * 16;
  return copyOut(gpu, [{ from: slices, at, bytes: dims.p4 * 16 }], ([values]) => values!.slice());
}
