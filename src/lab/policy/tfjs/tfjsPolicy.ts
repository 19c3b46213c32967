import { add, clone, dispose, memory, mul, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { checkCredits, checkPrompts, checkSequences, checkState, checkWeights } from "../checks.ts";
import {
  type AdamW,
  freshState,
  type Policy,
  PolicyError,
  type PolicyInfo,
  type PolicyState,
  type Prompts,
  type Rollouts,
  type SampleOptions,
  type Sequences,
  type TokenCredit,
  type TokenScores,
  type UpdateReport,
  type WeightsName,
} from "../policy.ts";
import { checkShape, layoutOf, type PolicyShape } from "../shape.ts";
import { adamW, type Learner, matrixMask } from "./adamW.ts";
import { type BackendName, type BackendOptions, type ChosenBackend, chooseBackend, enterBackend } from "./backend.ts";
import { idsOf, oneHot, type Place, placeOf, type Window } from "./batch.ts";
import { watchDevice } from "./deviceWatch.ts";
import { generate } from "./generate.ts";
import type { LayerTrace } from "./layer.ts";
import { fromValues } from "./tensors.ts";
import { type HeadTrace, headForward, logitsOf } from "./tokenHead.ts";
import { backward, hiddenOf, hiddenWithTrace } from "./transformer.ts";
import { cutWeights, type ModelWeights } from "./weights.ts";
import { creditOf, scoresOf, windowOf } from "./window.ts";

type SnapshotName = Exclude<WeightsName, "current">;

export interface TfjsOptions extends BackendOptions {
  /** Which backend of tfjs to start; `auto` unless given. */
  readonly backend?: "auto" | BackendName;
}

/**
 * The portable policy: plain tfjs operations with a forward and a backward pass written by hand, on webgpu, wasm or cpu.
 * `weights` [P] in the order of `layoutOf`.
 * @throws {PolicyError} when the weights do not fit the shape, or no backend starts.
 */
export async function tfjsPolicy(
  shape: PolicyShape,
  weights: Float32Array,
  options: TfjsOptions = {},
): Promise<TfjsPolicy> {
  checkShape(shape);
  checkWeights(shape, weights);
  const chosen = await chooseBackend(options.backend ?? "auto", options);
  return new TfjsPolicy(shape, freshState(shape, weights), chosen);
}

/** What a forward pass keeps on the device until its credits come. */
type Kept = {
  readonly place: Place;
  readonly traces: LayerTrace[];
  readonly head: HeadTrace;
};

/** A forward pass over one batch, waiting for its credits. */
interface Pass {
  readonly batch: Sequences;
  readonly window: Window;
  readonly ids: Int32Array; // [N]
  readonly kept: Kept;
}

export class TfjsPolicy implements Policy {
  readonly shape: PolicyShape;
  readonly layout;
  readonly info: PolicyInfo;
  /** Why this backend was chosen, in one sentence. */
  readonly reason: string;
  readonly #backend: BackendName;
  readonly #watch;
  #learner: Learner;
  #decayed: Tensor;
  #updates = 0;
  readonly #snapshots = new Map<SnapshotName, Tensor>();
  /** The vectors cut into matrices, until they change. */
  readonly #cut = new Map<WeightsName, ModelWeights>();
  /** The last request; the next one waits for it. */
  #queue: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(shape: PolicyShape, state: PolicyState, chosen: ChosenBackend) {
    this.shape = shape;
    this.layout = layoutOf(shape);
    this.#backend = chosen.backend;
    this.info = { implementation: "tfjs", backend: chosen.backend, device: chosen.device };
    this.reason = chosen.reason;
    this.#watch = watchDevice(chosen.backend);
    enterBackend(chosen.backend);
    this.#learner = learnerOf(state);
    this.#decayed = matrixMask(shape);
  }

  score(batch: Sequences, weights: WeightsName = "current"): Promise<TokenScores> {
    return this.#run(async () => {
      checkSequences(this.shape, batch);
      const model = this.#model(weights);
      const window = windowOf(batch, this.#grain);
      const values = tidy(() => {
        const h = hiddenOf(this.shape, model, placeOf(this.shape, window, batch.starts), this.#ids(batch, window));
        return headForward(this.shape, model, h, this.#targets(batch, window), batch.temperature ?? 1).scores;
      });
      return scoresOf(batch, window, await this.#read(values));
    });
  }

  logits(batch: Sequences, weights: WeightsName = "current"): Promise<Float32Array> {
    return this.#run(async () => {
      checkSequences(this.shape, batch);
      const model = this.#model(weights);
      const window = { rows: batch.rows, from: 0, length: batch.length };
      const values = tidy(() => {
        const h = hiddenOf(this.shape, model, placeOf(this.shape, window, batch.starts), batch.ids);
        return logitsOf(this.shape, model, h);
      });
      return await this.#read(values);
    });
  }

  learn(
    batches: readonly Sequences[],
    assign: (scores: readonly TokenScores[]) => readonly TokenCredit[],
    update: AdamW,
  ): Promise<UpdateReport> {
    return this.#run(async () => {
      const gradient = await this.#gradient(batches, assign);
      const { norms, ...learner } = adamW(this.shape, this.#learner, gradient, this.#decayed, update, this.#updates);
      gradient.dispose();
      this.#replace(learner, this.#updates + 1);
      const [gradNorm, paramNorm] = await this.#read(norms);
      return { gradNorm: gradNorm!, paramNorm: paramNorm! };
    });
  }

  gradient(batches: readonly Sequences[], credits: readonly TokenCredit[]): Promise<Float32Array> {
    return this.#run(async () => this.#read(await this.#gradient(batches, () => credits)));
  }

  sample(prompts: Prompts, options: SampleOptions): Promise<Rollouts> {
    return this.#run(() => {
      checkPrompts(this.shape, prompts, options);
      const read = (tensor: Tensor) => this.#read(tensor);
      return generate(this.shape, this.#model(options.weights ?? "current"), read, prompts, options);
    });
  }

  snapshot(name: SnapshotName, mix = 1): Promise<void> {
    return this.#run(async () => {
      const { weights } = this.#learner;
      const old = this.#snapshots.get(name);
      if (mix !== 1 && !old) {
        throw new PolicyError("input", `${name} must have been taken before it can be mixed, got a mix of ${mix}`);
      }
      this.#keep(name, mix === 1 || !old ? clone(weights) : tidy(() => add(mul(weights, mix), mul(old, 1 - mix))));
    });
  }

  restore(name: SnapshotName): Promise<void> {
    return this.#run(async () => {
      const weights = clone(this.#vector(name));
      this.#learner.weights.dispose();
      this.#learner = { ...this.#learner, weights };
      this.#forget("current");
    });
  }

  export(): Promise<PolicyState> {
    return this.#run(async () => {
      const { weights, firstMoment, secondMoment } = this.#learner;
      const snapshots: Partial<Record<SnapshotName, Float32Array>> = {};
      for (const [name, tensor] of this.#snapshots) snapshots[name] = await this.#read(clone(tensor));
      return {
        shape: this.shape,
        weights: await this.#read(clone(weights)),
        firstMoment: await this.#read(clone(firstMoment)),
        secondMoment: await this.#read(clone(secondMoment)),
        updates: this.#updates,
        snapshots,
      };
    });
  }

  import(state: PolicyState): Promise<void> {
    return this.#run(async () => {
      checkState(this.shape, state);
      this.#replace(learnerOf(state), state.updates);
      for (const name of [...this.#snapshots.keys()]) this.#drop(name);
      for (const [name, values] of Object.entries(state.snapshots) as [SnapshotName, Float32Array][]) {
        this.#keep(name, vectorOf(values));
      }
    });
  }

  /** Of everything that tfjs holds in this thread. */
  memory(): { readonly bytes: number; readonly buffers: number } {
    const { numBytes, numDataBuffers } = memory();
    return { bytes: numBytes, buffers: numDataBuffers };
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#watch.stop();
    enterBackend(this.#backend);
    for (const name of [...this.#snapshots.keys()]) this.#drop(name);
    this.#forget("current");
    dispose(this.#learner);
    this.#decayed.dispose();
  }

  /** One request at a time; every one ends with a look at what the device had to complain about. */
  #run<T>(job: () => Promise<T>): Promise<T> {
    const guarded = async () => {
      if (this.#disposed) throw new PolicyError("input", "a policy must not be used after dispose, got a request");
      this.#watch.check();
      enterBackend(this.#backend);
      const result = await job();
      this.#watch.check();
      return result;
    };
    const turn = this.#queue.then(guarded, guarded);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** Waits for the numbers of a tensor, and disposes of it. */
  async #read(tensor: Tensor): Promise<Float32Array> {
    try {
      const values = (await tensor.data()) as Float32Array;
      enterBackend(this.#backend);
      // tfjs's cpu backend hands out its own array.
      return this.#backend === "cpu" ? values.slice() : values;
    } catch (error) {
      this.#watch.check();
      throw new PolicyError("device", `${this.#backend} must answer with its numbers, got ${(error as Error).message}`);
    } finally {
      tensor.dispose();
    }
  }

  /** ∂J/∂θ [P] summed over the batches. The one place where credits meet activations; these outlive one await. */
  async #gradient(
    batches: readonly Sequences[],
    assign: (scores: readonly TokenScores[]) => readonly TokenCredit[],
  ): Promise<Tensor> {
    if (batches.length === 0) throw new PolicyError("input", "learn: there must be at least one batch, got none");
    for (const batch of batches) checkSequences(this.shape, batch);
    const model = this.#model("current");
    const passes: Pass[] = [];
    try {
      const scores: TokenScores[] = [];
      for (const batch of batches) {
        const window = windowOf(batch, this.#grain);
        const ids = this.#ids(batch, window);
        const { values, ...kept } = this.#forward(model, batch, window, ids);
        passes.push({ batch, window, ids, kept });
        scores.push(scoresOf(batch, window, await this.#read(values)));
      }
      const credits = assign(scores);
      checkCredits(batches, credits);
      return tidy(() =>
        passes
          .map((pass, index) => this.#backward(model, pass, credits[index]!))
          .reduce((total, gradient) => add(total, gradient)),
      );
    } finally {
      for (const { kept } of passes) dispose(kept);
    }
  }

  #forward(model: ModelWeights, batch: Sequences, window: Window, ids: Int32Array): Kept & { readonly values: Tensor } {
    return tidy(() => {
      const place = placeOf(this.shape, window, batch.starts);
      const { h, traces } = hiddenWithTrace(this.shape, model, place, ids);
      const head = headForward(this.shape, model, h, this.#targets(batch, window), batch.temperature ?? 1);
      return { values: head.scores, place, traces, head: head.trace };
    });
  }

  #backward(model: ModelWeights, { batch, window, ids, kept }: Pass, credit: TokenCredit): Tensor {
    const head = { trace: kept.head, credit: creditOf(batch, window, credit), temperature: batch.temperature ?? 1 };
    return backward(this.shape, model, kept.place, ids, kept.traces, head);
  }

  #ids(batch: Sequences, window: Window): Int32Array {
    return idsOf(batch.ids, batch.length, window);
  }

  #targets(batch: Sequences, window: Window): Tensor {
    return oneHot(idsOf(batch.ids, batch.length, window, 1), this.shape.vocabSize);
  }

  get #grain(): number {
    return this.#backend === "webgpu" ? 8 : 1;
  }

  #model(name: WeightsName): ModelWeights {
    const vector = this.#vector(name);
    let model = this.#cut.get(name);
    if (!model) {
      model = cutWeights(this.shape, vector);
      this.#cut.set(name, model);
    }
    return model;
  }

  #vector(name: WeightsName): Tensor {
    const vector = name === "current" ? this.#learner.weights : this.#snapshots.get(name);
    if (!vector) throw new PolicyError("input", `${name} weights must be taken with snapshot first, got none`);
    return vector;
  }

  #replace(learner: Learner, updates: number): void {
    dispose(this.#learner);
    this.#learner = learner;
    this.#updates = updates;
    this.#forget("current");
  }

  #keep(name: SnapshotName, vector: Tensor): void {
    this.#drop(name);
    this.#snapshots.set(name, vector);
  }

  #drop(name: SnapshotName): void {
    this.#snapshots.get(name)?.dispose();
    this.#snapshots.delete(name);
    this.#forget(name);
  }

  #forget(name: WeightsName): void {
    const model = this.#cut.get(name);
    if (model) dispose(model);
    this.#cut.delete(name);
  }
}

function learnerOf({ weights, firstMoment, secondMoment }: PolicyState): Learner {
  return { weights: vectorOf(weights), firstMoment: vectorOf(firstMoment), secondMoment: vectorOf(secondMoment) };
}

/** A copy: tfjs's cpu backend would compute on the caller's array. */
function vectorOf(values: Float32Array): Tensor {
  return fromValues(values.slice(), [values.length]);
}
