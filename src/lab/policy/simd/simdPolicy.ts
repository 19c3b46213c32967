import { checkCredits, checkPrompts, checkSequences, checkWeights } from "../checks.ts";
import {
  type AdamW,
  freshState,
  mapVectors,
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
import { checkShape, layoutOf, type ParameterSlot, type PolicyShape } from "../shape.ts";
import { WorkMemory, type WorkOptions, wholly } from "../workMemory.ts";
import { checkRow } from "./arena.ts";
import type { Variant } from "./module.ts";
import { allLogits, differentiate, score } from "./pass.ts";
import { sample } from "./sample.ts";
import { type SnapshotName, Store } from "./store.ts";
import type { Threads } from "./team.ts";
import { update } from "./update.ts";

/** What a SIMD policy works with, beside its shape and weights. */
interface SimdOptions extends WorkOptions {
  readonly variant?: Variant;
  readonly threads?: Threads | undefined;
  /** Of its memory, 64 KiB each; as many as there can be unless given. For tests. */
  readonly mostPages?: number;
}

/**
 * The policy of our own WebAssembly SIMD kernels: one memory, a handful of calls a step, shared with helper threads where the
 * host can start some and a call is worth it. The bits of what the kernels compute depend on their variant alone.
 * @throws {PolicyError} kind `input` when the weights do not fit the shape, `device` where the variant cannot be had.
 */
export async function simdPolicy(
  shape: PolicyShape,
  weights: Float32Array | PolicyState,
  { variant = "plain", threads, mostPages, ...work }: SimdOptions = {},
): Promise<SimdPolicy> {
  checkShape(shape);
  const state = weights instanceof Float32Array ? freshState(shape, weights) : weights;
  checkWeights(shape, state.weights);
  const store = await Store.open(shape, variant, { threads, mostPages });
  if (work.longestRow !== undefined) checkRow(store, work.longestRow);
  return new SimdPolicy(shape, state, variant, store, new WorkMemory(work));
}

const NAMES = {
  plain: { implementation: "simd", instructions: "SIMD" },
  fused: { implementation: "simd-fused", instructions: "SIMD with fused multiply-add" },
} as const satisfies Record<
  Variant,
  { readonly implementation: PolicyInfo["implementation"]; readonly instructions: string }
>;

class SimdPolicy implements Policy {
  readonly shape: PolicyShape;
  readonly layout: readonly ParameterSlot[];
  readonly info: PolicyInfo;
  /** A request is served in one go: there is nothing to overlap with but its caller's own work. */
  readonly ahead = 1;
  #store: Store | undefined;
  readonly #work: WorkMemory;
  #updates = 0;
  /** The last request; the next one waits for it. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(shape: PolicyShape, state: PolicyState, variant: Variant, store: Store, work: WorkMemory) {
    this.shape = shape;
    this.layout = layoutOf(shape);
    const { implementation, instructions } = NAMES[variant];
    const threads = store.mostThreads === 1 ? "1 thread" : `up to ${store.mostThreads} threads`;
    this.info = { implementation, backend: "wasm", device: `WebAssembly, ${instructions}, ${threads}` };
    this.#store = store;
    this.#work = work;
    this.#load(store, state);
  }

  score(batch: Sequences, weights: WeightsName = "current"): Promise<TokenScores> {
    return this.#run((store) => {
      checkSequences(this.shape, batch);
      const at = store.of(weights);
      return this.#work.within((bytes) => score(store, batch, at, bytes));
    });
  }

  logits(batch: Sequences, weights: WeightsName = "current"): Promise<Float32Array> {
    return this.#run((store) => {
      checkSequences(this.shape, batch);
      const at = store.of(weights);
      return wholly(() => allLogits(store, batch, at, this.shape.vocabSize));
    });
  }

  learn(
    batches: readonly Sequences[],
    assign: (scores: readonly TokenScores[]) => readonly TokenCredit[],
    rule: AdamW,
  ): Promise<UpdateReport> {
    return this.#run(async (store) => {
      await this.#differentiate(store, batches, assign);
      const report = update(store, rule, this.#updates);
      this.#updates++;
      return report;
    });
  }

  gradient(batches: readonly Sequences[], credits: readonly TokenCredit[]): Promise<Float32Array> {
    return this.#run(async (store) => {
      await this.#differentiate(store, batches, () => credits);
      return store.readGradient();
    });
  }

  sample(prompts: Prompts, options: SampleOptions): Promise<Rollouts> {
    return this.#run((store) => {
      checkPrompts(this.shape, prompts, options);
      const at = store.of(options.weights ?? "current");
      return this.#work.within((bytes) => sample(store, prompts, options, at, bytes));
    });
  }

  snapshot(name: SnapshotName, mix = 1): Promise<void> {
    return this.#run((store) => store.snapshot(name, mix));
  }

  restore(name: SnapshotName): Promise<void> {
    return this.#run((store) => store.restore(name));
  }

  export(): Promise<PolicyState> {
    return this.inPlace((state) => mapVectors(state, (vector) => vector.slice()));
  }

  inPlace<T>(use: (state: PolicyState) => T): Promise<T> {
    return this.#run((store) => use({ shape: this.shape, updates: this.#updates, ...store.vectors() }));
  }

  import(state: PolicyState): Promise<void> {
    return this.#run((store) => this.#load(store, state));
  }

  memory(): { readonly bytes: number; readonly buffers: number } {
    return this.#store?.memory() ?? { bytes: 0, buffers: 0 };
  }

  dispose(): void {
    this.#store?.dispose();
    this.#store = undefined;
  }

  #load(store: Store, state: PolicyState): void {
    store.load(state);
    this.#updates = state.updates;
  }

  async #differentiate(
    store: Store,
    batches: readonly Sequences[],
    assign: (scores: readonly TokenScores[]) => readonly TokenCredit[],
  ): Promise<void> {
    if (batches.length === 0) throw new PolicyError("input", "learn: there must be at least one batch, got none");
    for (const batch of batches) checkSequences(this.shape, batch);
    const checked = (scores: readonly TokenScores[]) => {
      const credits = assign(scores);
      checkCredits(batches, credits);
      return credits;
    };
    await this.#work.within((bytes) => differentiate(store, batches, checked, bytes));
  }

  /** One request at a time, in the order they came. */
  #run<T>(job: (store: Store) => T | Promise<T>): Promise<T> {
    const guarded = () => {
      if (!this.#store) throw new PolicyError("input", "a policy must not be used after dispose, got a request");
      return job(this.#store);
    };
    const turn = this.#queue.then(guarded, guarded);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}
