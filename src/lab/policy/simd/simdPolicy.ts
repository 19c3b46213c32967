import { checkCredits, checkPrompts, checkSequences, checkWeights } from "../checks.ts";
import { joinScores } from "../joinScores.ts";
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
import { checkShape, layoutOf, type ParameterSlot, type PolicyShape } from "../shape.ts";
import { runsOfRows } from "./batch.ts";
import type { Variant } from "./module.ts";
import { allLogits, backward, forward } from "./pass.ts";
import { sample } from "./sample.ts";
import { type SnapshotName, Store } from "./store.ts";
import type { Threads } from "./team.ts";
import { update } from "./update.ts";

/** Tokens that are scored at a time: what they need stays in the processor's caches. */
const SCORE_TOKENS = 4096;

/**
 * The policy of our own WebAssembly SIMD kernels: one memory, a handful of calls a step, shared with helper threads where the
 * host can start some and a call is worth it. The bits of what the kernels compute depend on their variant alone.
 * @throws {PolicyError} kind `input` when the weights do not fit the shape, `device` where the variant cannot be had.
 */
export async function simdPolicy(
  shape: PolicyShape,
  weights: Float32Array | PolicyState,
  variant: Variant = "plain",
  threads?: Threads,
): Promise<SimdPolicy> {
  checkShape(shape);
  const state = weights instanceof Float32Array ? freshState(shape, weights) : weights;
  checkWeights(shape, state.weights);
  return new SimdPolicy(shape, state, variant, await Store.open(shape, variant, threads));
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
  #updates = 0;
  /** The last request; the next one waits for it. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(shape: PolicyShape, state: PolicyState, variant: Variant, store: Store) {
    this.shape = shape;
    this.layout = layoutOf(shape);
    const { implementation, instructions } = NAMES[variant];
    const threads = store.mostThreads === 1 ? "1 thread" : `up to ${store.mostThreads} threads`;
    this.info = { implementation, backend: "wasm", device: `WebAssembly, ${instructions}, ${threads}` };
    this.#store = store;
    this.#load(store, state);
  }

  score(batch: Sequences, weights: WeightsName = "current"): Promise<TokenScores> {
    return this.#run((store) => {
      checkSequences(this.shape, batch);
      const at = store.of(weights);
      const runs = runsOfRows(batch, SCORE_TOKENS);
      return joinScores(runs.map((run) => forward(store, [run], at, false)[0]!));
    });
  }

  logits(batch: Sequences, weights: WeightsName = "current"): Promise<Float32Array> {
    return this.#run((store) => {
      checkSequences(this.shape, batch);
      return allLogits(store, batch, store.of(weights), this.shape.vocabSize);
    });
  }

  learn(
    batches: readonly Sequences[],
    assign: (scores: readonly TokenScores[]) => readonly TokenCredit[],
    rule: AdamW,
  ): Promise<UpdateReport> {
    return this.#run((store) => {
      this.#differentiate(store, batches, assign);
      const report = update(store, rule, this.#updates);
      this.#updates++;
      return report;
    });
  }

  gradient(batches: readonly Sequences[], credits: readonly TokenCredit[]): Promise<Float32Array> {
    return this.#run((store) => {
      this.#differentiate(store, batches, () => credits);
      return store.readGradient();
    });
  }

  sample(prompts: Prompts, options: SampleOptions): Promise<Rollouts> {
    return this.#run((store) => {
      checkPrompts(this.shape, prompts, options);
      return sample(store, prompts, options, store.of(options.weights ?? "current"));
    });
  }

  snapshot(name: SnapshotName, mix = 1): Promise<void> {
    return this.#run((store) => store.snapshot(name, mix));
  }

  restore(name: SnapshotName): Promise<void> {
    return this.#run((store) => store.restore(name));
  }

  export(): Promise<PolicyState> {
    return this.#run((store) => ({ shape: this.shape, updates: this.#updates, ...store.read() }));
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

  #differentiate(
    store: Store,
    batches: readonly Sequences[],
    assign: (scores: readonly TokenScores[]) => readonly TokenCredit[],
  ): void {
    if (batches.length === 0) throw new PolicyError("input", "learn: there must be at least one batch, got none");
    for (const batch of batches) checkSequences(this.shape, batch);
    const credits = assign(forward(store, batches, store.current, true));
    checkCredits(batches, credits);
    backward(store, batches, credits);
  }

  /** One request at a time, in the order they came. */
  #run<T>(job: (store: Store) => T): Promise<T> {
    const guarded = () => {
      if (!this.#store) throw new PolicyError("input", "a policy must not be used after dispose, got a request");
      return job(this.#store);
    };
    const turn = this.#queue.then(guarded, guarded);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}
