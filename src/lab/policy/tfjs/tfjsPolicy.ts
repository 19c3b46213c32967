import { add, dispose, memory, type Tensor, tidy } from "@tensorflow/tfjs-core";
import type { BackendName } from "../../policies.ts";
import { bytesToRead, bytesToTrain, WORK_BYTES } from "../activationBytes.ts";
import { checkCredits, checkPrompts, checkSequences, checkState, checkWeights } from "../checks.ts";
import { mebibytes } from "../mebibytes.ts";
import {
  creditsOfRows,
  joinRollouts,
  joinScores,
  type MicroBatch,
  microBatchesOf,
  scoresOfBatches,
  splitRows,
  turnsOfRows,
} from "../microBatches.ts";
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
import type { WorkOptions } from "../workMemory.ts";
import { adamW, matrixMask } from "./adamW.ts";
import { type BackendOptions, type ChosenBackend, chooseBackend, enterBackend } from "./backend.ts";
import type { Window } from "./batch.ts";
import { type DeviceWatch, watchDevice } from "./deviceWatch.ts";
import { generate } from "./generate.ts";
import { HeldWeights, type SnapshotName } from "./heldWeights.ts";
import { allLogits, backwardPass, forwardPass, type Kept, score } from "./pass.ts";
import { type Read, reader } from "./read.ts";
import type { ModelWeights } from "./weights.ts";
import { scoresOf, windowOf } from "./window.ts";

type Work = Pick<WorkOptions, "workBytes" | "onNotice">;

interface TfjsOptions extends BackendOptions, Work {
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
  return new TfjsPolicy(shape, freshState(shape, weights), chosen, options);
}

export class TfjsPolicy implements Policy {
  readonly shape: PolicyShape;
  readonly layout: readonly ParameterSlot[];
  readonly info: PolicyInfo;
  readonly ahead = 1;
  /** Why this backend was chosen, in one sentence. */
  readonly reason: string;
  readonly #backend: BackendName;
  readonly #watch: DeviceWatch;
  readonly #read: Read;
  readonly #held: HeldWeights;
  readonly #decayed: Tensor; // [P]
  /** The last request; the next one waits for it. */
  #queue: Promise<unknown> = Promise.resolve();
  #disposed = false;
  readonly #workBytes: number;
  readonly #say: (sentence: string) => void;
  #saidOfMicroBatches = false;

  /** `chosen` must have been started. */
  constructor(
    shape: PolicyShape,
    state: PolicyState,
    chosen: ChosenBackend,
    { workBytes = WORK_BYTES, onNotice = () => {} }: Work,
  ) {
    this.shape = shape;
    this.#workBytes = workBytes;
    this.#say = onNotice;
    this.layout = layoutOf(shape);
    this.#backend = chosen.backend;
    this.info = { implementation: "tfjs", backend: chosen.backend, device: chosen.device };
    this.reason = chosen.reason;
    enterBackend(chosen.backend);
    this.#watch = watchDevice(chosen.backend);
    this.#read = reader(chosen.backend, this.#watch);
    this.#held = new HeldWeights(shape, state);
    this.#decayed = matrixMask(shape);
  }

  score(batch: Sequences, weights: WeightsName = "current"): Promise<TokenScores> {
    return this.#run(async () => {
      checkSequences(this.shape, batch);
      return this.#score(batch, this.#held.model(weights));
    });
  }

  logits(batch: Sequences, weights: WeightsName = "current"): Promise<Float32Array> {
    return this.#run(() => {
      checkSequences(this.shape, batch);
      return this.#read(allLogits(this.shape, this.#held.model(weights), batch));
    });
  }

  learn(
    batches: readonly Sequences[],
    assign: (scores: readonly TokenScores[]) => readonly TokenCredit[],
    update: AdamW,
  ): Promise<UpdateReport> {
    return this.#run(async () => {
      const gradient = await this.#gradient(batches, assign);
      const { learner, updates } = this.#held;
      const { norms, ...next } = adamW(this.shape, learner, gradient, this.#decayed, update, updates);
      gradient.dispose();
      this.#held.advance(next);
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
      return this.#sample(prompts, options);
    });
  }

  snapshot(name: SnapshotName, mix = 1): Promise<void> {
    return this.#run(async () => this.#held.snapshot(name, mix));
  }

  restore(name: SnapshotName): Promise<void> {
    return this.#run(async () => this.#held.restore(name));
  }

  export(): Promise<PolicyState> {
    return this.#run(() => this.#held.state(this.#read));
  }

  import(state: PolicyState): Promise<void> {
    return this.#run(async () => {
      checkState(this.shape, state);
      this.#held.load(state);
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
    this.#held.dispose();
    this.#decayed.dispose();
  }

  /** One request at a time; each begins and ends with a look at what the device had to complain about. */
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

  /** ∂J/∂θ [P] summed over the batches: the one place where activations outlive an await, so they are owned by hand. */
  async #gradient(
    batches: readonly Sequences[],
    assign: (scores: readonly TokenScores[]) => readonly TokenCredit[],
  ): Promise<Tensor> {
    if (batches.length === 0) throw new PolicyError("input", "learn: there must be at least one batch, got none");
    for (const batch of batches) checkSequences(this.shape, batch);
    const model = this.#held.model("current");
    const most = this.#workBytes / bytesToTrain(this.shape, longestOf(batches));
    const micro = microBatchesOf(batches, most, ({ length }) => length);
    if (micro.length > 1) return this.#inMicroBatches(batches, micro, assign);
    const passes: { readonly batch: Sequences; readonly window: Window; readonly kept: Kept }[] = [];
    try {
      const scores: TokenScores[] = [];
      for (const batch of batches) {
        const window = this.#window(batch);
        const pass = forwardPass(this.shape, model, batch, window);
        passes.push({ batch, window, kept: pass.kept });
        scores.push(scoresOf(batch, window, await this.#read(pass.scores)));
      }
      const credits = assign(scores);
      checkCredits(batches, credits);
      return tidy(() =>
        passes
          .map(({ batch, window, kept }, i) => backwardPass(this.shape, model, batch, window, kept, credits[i]!))
          .reduce((total, gradient) => add(total, gradient)),
      );
    } finally {
      for (const { kept } of passes) dispose(kept);
    }
  }

  /** The same gradient but for the order of its sums. */
  async #inMicroBatches(
    batches: readonly Sequences[],
    micro: readonly MicroBatch[],
    assign: (scores: readonly TokenScores[]) => readonly TokenCredit[],
  ): Promise<Tensor> {
    const model = this.#held.model("current");
    const said: TokenScores[][] = [];
    for (const rows of micro) {
      const scores = said[said.push([]) - 1]!;
      for (const { sequences } of rows) scores.push(await this.#score(sequences, model));
    }
    const credits = assign(scoresOfBatches(batches, micro, said));
    checkCredits(batches, credits);
    this.#sayMicroBatches();
    return tidy(() => {
      let total: Tensor | undefined;
      for (const rows of micro) {
        const own = creditsOfRows(rows, credits);
        for (const [index, { sequences }] of rows.entries()) {
          const before: Tensor | undefined = total;
          total = tidy(() => {
            const window = this.#window(sequences);
            const { kept } = forwardPass(this.shape, model, sequences, window);
            const gradient = backwardPass(this.shape, model, sequences, window, kept, own[index]!);
            return before ? add(before, gradient) : gradient;
          });
          before?.dispose();
        }
      }
      return total!;
    });
  }

  /** Once, as the order of the sums shows in the bits here, which it does not in our own kernels. */
  #sayMicroBatches(): void {
    if (this.#saidOfMicroBatches) return;
    this.#saidOfMicroBatches = true;
    this.#say(
      `The portable policy may lay out ${mebibytes(this.#workBytes)} at a time: it learns in micro-batches, and their gradients add up to other last bits than those of one piece.`,
    );
  }

  async #score(batch: Sequences, model: ModelWeights): Promise<TokenScores> {
    const parts: TokenScores[] = [];
    for (const part of splitRows(batch, this.#workBytes / bytesToRead(this.shape, batch.length))) {
      const window = this.#window(part);
      parts.push(scoresOf(part, window, await this.#read(score(this.shape, model, part, window))));
    }
    return joinScores(parts);
  }

  async #sample(prompts: Prompts, options: SampleOptions): Promise<Rollouts> {
    const { hinted, maxNewTokens, weights = "current" } = options;
    const streams = hinted ? [prompts, hinted.prompts] : [prompts];
    const tokens = streams.reduce((sum, { length }) => sum + length + maxNewTokens, 0);
    const rows = Math.max(1, Math.floor(this.#workBytes / (tokens * bytesToRead(this.shape, tokens / streams.length))));
    const drawn: Rollouts[] = [];
    for (const turn of turnsOfRows(prompts, options, rows)) {
      drawn.push(await generate(this.shape, this.#held.model(weights), this.#read, turn));
    }
    return joinRollouts(drawn);
  }

  /** webgpu pools its buffers by exact size: there, lengths come in steps of 8. */
  #window(batch: Sequences): Window {
    return windowOf(batch, this.#backend === "webgpu" ? 8 : 1);
  }
}

const longestOf = (batches: readonly Sequences[]) => Math.max(...batches.map(({ length }) => length));
