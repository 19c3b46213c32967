/** One sequence as the page shows it: what the policy said about each token and what the algorithm did to it. */
export interface TokenRow {
  /** demos, rollouts, offlinePairs/chosen, … */
  readonly feed: string;
  readonly prompt: string;
  /** Who wrote it, where the demonstrations of a run have several writers. */
  readonly writer?: string;
  /** The scored tokens' texts; `<eos>` included. */
  readonly tokens: readonly string[]; // [t]
  readonly logp: readonly number[]; // [t] nats
  readonly entropy: readonly number[]; // [t] nats
  /** −∂L/∂log π: the credit that trained it; positive was made likelier. */
  readonly weight: readonly number[]; // [t]
  /** The objective's own per-token quantities: p, phi, gamma, ratio, … */
  readonly views: Readonly<Record<string, readonly number[]>>;
  readonly reward?: number;
  /** What each part of its reward says, where that is a sum. */
  readonly parts?: Readonly<Record<string, number>>;
  /** The batch that it stood in; absent in old recordings. */
  readonly batch?: BatchSize;
}

/** What a mean over a batch divides by. */
interface BatchSize {
  readonly rows: number; // B
  /** Scored tokens of all rows: N. */
  readonly tokens: number;
  readonly length: number; // T, padding included
}

/** One completion with its verdict. */
export interface Sample {
  readonly prompt: string;
  readonly completion: string;
  readonly reward: number;
  readonly ended: boolean;
  readonly split: "train" | "id" | "ood";
  /** Who gave the reward; the verifier unless given. */
  readonly judge?: "verifier" | "model" | "none" | "sum";
  /** The verifier's opinion in [0, 1], where the reward is another number. */
  readonly correct?: number;
  /** True utility, where the answer has a style. */
  readonly utility?: number;
  /** What each part of the reward says, where that is a sum. */
  readonly parts?: Readonly<Record<string, number>>;
}

/** A token that the policy might have written, and how likely. */
export interface Candidate {
  readonly token: string;
  readonly p: number;
}
