import { add, clone, dispose, mul, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { PolicyError, type PolicyState, type WeightsName } from "../policy.ts";
import type { PolicyShape } from "../shape.ts";
import type { Learner } from "./adamW.ts";
import type { Read } from "./read.ts";
import { fromValues } from "./tensors.ts";
import { cutWeights, type ModelWeights } from "./weights.ts";

export type SnapshotName = Exclude<WeightsName, "current">;

/** Owns every tensor that outlives a request: parameters, moments, snapshots, and the matrices cut from them. */
export class HeldWeights {
  readonly #shape: PolicyShape;
  #learner: Learner;
  #updates: number;
  readonly #snapshots = new Map<SnapshotName, Tensor>();
  /** The vectors cut into matrices, until they change. */
  readonly #models = new Map<WeightsName, ModelWeights>();

  constructor(shape: PolicyShape, state: PolicyState) {
    this.#shape = shape;
    this.#learner = learnerOf(state);
    this.#updates = state.updates;
    this.#keepAll(state.snapshots);
  }

  get learner(): Learner {
    return this.#learner;
  }

  /** Made so far: Adam's t. */
  get updates(): number {
    return this.#updates;
  }

  /** The matrices of the weights of that name; they stay ours. @throws {PolicyError} when nothing has that name. */
  model(name: WeightsName): ModelWeights {
    const vector = this.#vector(name);
    let model = this.#models.get(name);
    if (!model) {
      model = cutWeights(this.#shape, vector);
      this.#models.set(name, model);
    }
    return model;
  }

  /** Takes over what an update made. */
  advance(learner: Learner): void {
    this.#replace(learner);
    this.#updates++;
  }

  /** @throws {PolicyError} when there is nothing to mix with. */
  snapshot(name: SnapshotName, mix: number): void {
    const { weights } = this.#learner;
    const old = this.#snapshots.get(name);
    if (mix !== 1 && !old) {
      throw new PolicyError("input", `${name} must have been taken before it can be mixed, got a mix of ${mix}`);
    }
    this.#keep(name, mix === 1 || !old ? clone(weights) : tidy(() => add(mul(weights, mix), mul(old, 1 - mix))));
  }

  restore(name: SnapshotName): void {
    const weights = clone(this.#vector(name));
    this.#learner.weights.dispose();
    this.#learner = { ...this.#learner, weights };
    this.#forget("current");
  }

  async state(read: Read): Promise<PolicyState> {
    const { weights, firstMoment, secondMoment } = this.#learner;
    const snapshots: Partial<Record<SnapshotName, Float32Array>> = {};
    for (const [name, tensor] of this.#snapshots) snapshots[name] = await read(clone(tensor));
    return {
      shape: this.#shape,
      weights: await read(clone(weights)),
      firstMoment: await read(clone(firstMoment)),
      secondMoment: await read(clone(secondMoment)),
      updates: this.#updates,
      snapshots,
    };
  }

  load(state: PolicyState): void {
    this.#replace(learnerOf(state));
    this.#updates = state.updates;
    this.#dropAll();
    this.#keepAll(state.snapshots);
  }

  dispose(): void {
    this.#dropAll();
    this.#forget("current");
    dispose(this.#learner);
  }

  #vector(name: WeightsName): Tensor {
    const vector = name === "current" ? this.#learner.weights : this.#snapshots.get(name);
    if (!vector) throw new PolicyError("input", `${name} weights must be taken with snapshot first, got none`);
    return vector;
  }

  #replace(learner: Learner): void {
    dispose(this.#learner);
    this.#learner = learner;
    this.#forget("current");
  }

  #keepAll(snapshots: PolicyState["snapshots"]): void {
    for (const [name, values] of Object.entries(snapshots) as [SnapshotName, Float32Array][]) {
      this.#keep(name, vectorOf(values));
    }
  }

  #keep(name: SnapshotName, vector: Tensor): void {
    this.#drop(name);
    this.#snapshots.set(name, vector);
  }

  #dropAll(): void {
    for (const name of [...this.#snapshots.keys()]) this.#drop(name);
  }

  #drop(name: SnapshotName): void {
    this.#snapshots.get(name)?.dispose();
    this.#snapshots.delete(name);
    this.#forget(name);
  }

  #forget(name: WeightsName): void {
    const model = this.#models.get(name);
    if (model) dispose(model);
    this.#models.delete(name);
  }
}

function learnerOf({ weights, firstMoment, secondMoment }: PolicyState): Learner {
  return { weights: vectorOf(weights), firstMoment: vectorOf(firstMoment), secondMoment: vectorOf(secondMoment) };
}

/** A copy: tfjs's cpu backend would compute on the caller's array. */
function vectorOf(values: Float32Array): Tensor {
  return fromValues(values.slice(), [values.length]);
}
