import type { PolicyName } from "../policies.ts";
import type { RandomKey } from "../rng.ts";
import type { ParameterSlot, PolicyShape } from "./shape.ts";

/*
 * Shapes, in the whole repository: B rows (sequences), T scored positions, V vocabulary, C width, H heads, N new tokens.
 * A row of T scored positions has T + 1 tokens: position t is where token t + 1 is predicted.
 */

/** Token sequences, padded to one length. */
export interface Sequences {
  readonly rows: number; // B
  readonly length: number; // T + 1
  readonly ids: Int32Array; // [B, T + 1]
  /** First real token of each row; what comes before it is left padding, and positions count from it. */
  readonly starts: Int32Array; // [B]
  /** 1 where the token at t + 1 is scored, else 0. */
  readonly mask: Float32Array; // [B, T]
  /** Logits are divided by it before the softmax. 1 unless given. */
  readonly temperature?: number;
}

/** What a policy says about the tokens of {@link Sequences}. Nats. 0 where the mask is 0. */
export interface TokenScores {
  readonly logp: Float32Array; // [B, T] log π(y_t)
  readonly entropy: Float32Array; // [B, T] H(π_t)
  /** Variance of log π under π. */
  readonly varentropy: Float32Array; // [B, T]
  /** Mean of log π over the vocabulary (label smoothing). */
  readonly meanLogp: Float32Array; // [B, T]
}

/** ∂L/∂ of what {@link TokenScores} holds, for the same rows. L is minimised. */
export interface TokenCredit {
  readonly dLogp: ArrayLike<number>; // [B, T]
  readonly dEntropy?: ArrayLike<number> | undefined; // [B, T]
  readonly dMeanLogp?: ArrayLike<number> | undefined; // [B, T]
}

/** AdamW with decoupled weight decay, after clipping the gradient to a global norm. Decay applies to every matrix, not to norms. */
export interface AdamW {
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Decay the gains of the norms too, as PyTorch does when nobody tells it otherwise. */
  readonly decayNorms?: boolean;
  /** Largest global L2 norm of the gradient; 0 turns clipping off. */
  readonly clipNorm: number;
}

export interface UpdateReport {
  /** Global L2 norm before clipping. */
  readonly gradNorm: number;
  /** Global L2 norm of the parameters after the update. */
  readonly paramNorm: number;
}

/** Left-padded prompts. */
export interface Prompts {
  readonly rows: number; // B
  readonly length: number; // P
  readonly ids: Int32Array; // [B, P]
  readonly starts: Int32Array; // [B]
}

/**
 * `start`: the policy before the first update; `phase`: before the first update of the later phase in force; `reference`: what
 * log-ratios are taken against where it moves; `behaviour`: the generator.
 */
export type WeightsName = "current" | "start" | "phase" | "reference" | "behaviour";

export interface SampleOptions {
  readonly maxNewTokens: number; // N
  /** 0 is greedy. */
  readonly temperature: number;
  /** Keep the smallest set of likeliest tokens whose probability reaches this; 1 keeps all. */
  readonly topP: number;
  /** A draw is `uniform(key, row, position of the new token)`. */
  readonly key: RandomKey;
  readonly weights?: WeightsName;
  /** The id that ends a completion; that of the lab's characters unless given. */
  readonly end?: number;
  /** Sample from a mixture of two streams of the same weights (Hinted Decoding). */
  readonly hinted?: HintedStream;
}

/** The answer-aware stream p of Hinted Decoding; the prompts given to `sample` are the student's stream q. */
export interface HintedStream {
  readonly prompts: Prompts; // same rows as the student's
  readonly gate: "linear" | "sigmoid" | "piecewise";
  /** λ per unit of H(p)/ln V; 0 follows the hinted stream alone. */
  readonly beta: number;
  /** Once a row has written this token, the student speaks alone; -1: never. */
  readonly switchToken: number;
}

/** Completions. After a row's `<eos>` ids are `<pad>` and the numbers 0. */
export interface Rollouts {
  readonly rows: number; // B
  readonly length: number; // N
  readonly ids: Int32Array; // [B, N]
  /** log π of each drawn token at the sampling temperature (at 1 when greedy), before top-p. */
  readonly logp: Float32Array; // [B, N]
  readonly entropy: Float32Array; // [B, N]
  /** Tokens written, `<eos>` included. */
  readonly lengths: Int32Array; // [B]
  /** 1 where a row ended with `<eos>`. */
  readonly ended: Uint8Array; // [B]
  /** With a hinted stream: the student's share λ at each token (0: hint alone, 1: student alone). */
  readonly lambda?: Float32Array; // [B, N]
}

/** Everything that a policy must write down to go on exactly. All vectors in the order of `layout`. */
export interface PolicyState {
  readonly shape: PolicyShape;
  readonly weights: Float32Array; // [P]
  readonly firstMoment: Float32Array; // [P]
  readonly secondMoment: Float32Array; // [P]
  /** Updates made so far: Adam's t. */
  readonly updates: number;
  readonly snapshots: Readonly<Partial<Record<Exclude<WeightsName, "current">, Float32Array>>>;
}

export interface PolicyInfo {
  readonly implementation: PolicyName;
  /** webgpu, wasm, cpu. */
  readonly backend: string;
  /** The adapter or the instruction set, for the badge. */
  readonly device: string;
}

/** A set of weights that can read, write and learn. Every implementation behaves the same, within float32. */
export interface Policy {
  readonly shape: PolicyShape;
  readonly layout: readonly ParameterSlot[];
  readonly info: PolicyInfo;
  /** Updates worth having under way at a time: as many as it takes for none to wait for its caller. */
  readonly ahead: number;
  /** @throws {PolicyError} when a batch does not fit the context or the vocabulary. */
  score(batch: Sequences, weights?: WeightsName): Promise<TokenScores>;
  /** All logits, [B, T + 1, V]: for inspection and `lab score`, never in a training step. */
  logits(batch: Sequences, weights?: WeightsName): Promise<Float32Array>;
  /**
   * Forward over all batches, `assign` once, backward, one AdamW update. Batches may differ in size; they are read when they
   * are given or later, so they must stay as they are until the report comes.
   */
  learn(
    batches: readonly Sequences[],
    assign: (scores: readonly TokenScores[]) => readonly TokenCredit[],
    update: AdamW,
  ): Promise<UpdateReport>;
  /** ∂J/∂θ [P] of J = Σ credit · score, without an update. */
  gradient(batches: readonly Sequences[], credits: readonly TokenCredit[]): Promise<Float32Array>;
  sample(prompts: Prompts, options: SampleOptions): Promise<Rollouts>;
  /** Copies the current weights; with `mix` < 1: name ← mix · current + (1 − mix) · name. */
  snapshot(name: Exclude<WeightsName, "current">, mix?: number): Promise<void>;
  /** Current weights ← snapshot. Moments stay. */
  restore(name: Exclude<WeightsName, "current">): Promise<void>;
  export(): Promise<PolicyState>;
  /**
   * Hands its own vectors to `use`, where they can be read as they lie: they hold until it returns. Each checkpoint would
   * otherwise leave as many bytes behind as a small policy has, and their collection takes longer than the checkpoint.
   */
  inPlace?<T>(use: (state: PolicyState) => T): Promise<T>;
  /** @throws {PolicyError} when the state's shape is another. */
  import(state: PolicyState): Promise<void>;
  /** What lives on the device now. */
  memory(): { readonly bytes: number; readonly buffers: number };
  dispose(): void;
}

/** A request that this policy cannot serve, or a device that failed, in the user's words. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  readonly kind: "input" | "limits" | "device";
  constructor(kind: PolicyError["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** What `use` makes of a policy's state, which it must not keep. */
export async function withState<T>(policy: Policy, use: (state: PolicyState) => T): Promise<T> {
  return policy.inPlace ? policy.inPlace(use) : use(await policy.export());
}

/** A state with `map` of every vector. */
export function mapVectors(state: PolicyState, map: (vector: Float32Array) => Float32Array): PolicyState {
  const snapshots = Object.entries(state.snapshots).map(([name, vector]) => [name, map(vector)]);
  return {
    ...state,
    weights: map(state.weights),
    firstMoment: map(state.firstMoment),
    secondMoment: map(state.secondMoment),
    snapshots: Object.fromEntries(snapshots),
  };
}

/** A fresh state with every moment at zero. */
export function freshState(shape: PolicyShape, weights: Float32Array): PolicyState {
  const zeros = () => new Float32Array(weights.length);
  return { shape, weights, firstMoment: zeros(), secondMoment: zeros(), updates: 0, snapshots: {} };
}
