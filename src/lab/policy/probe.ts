import type { AdamW, Policy, Sequences } from "./policy.ts";
import { type PolicyShape, parameterCount } from "./shape.ts";

/** The rows of an update, each of so many tokens. */
export interface UpdateSize {
  readonly rows: number;
  readonly length: number;
}

/** What an update took on this machine. */
export interface Probe extends UpdateSize {
  readonly seconds: number;
}

/** Multiplications of a parameter with a token that a probe may take: about two seconds of two processor cores. */
const MOST_WORK = 3e9;
/** Changes nothing that anybody sees: the policy is thrown away. */
const UPDATE: AdamW = { lr: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clipNorm: 1 };

/** An update that is small enough to be tried: of fewer rows where the one that is meant takes long, and of one shorter row at last. */
export function probeSize(shape: PolicyShape, { rows, length }: UpdateSize): UpdateSize {
  const most = Math.floor(MOST_WORK / parameterCount(shape));
  const tokens = Math.max(2, Math.min(length, shape.context, most));
  return { rows: Math.max(1, Math.min(rows, Math.floor(most / tokens))), length: tokens };
}

/** Times the second of two updates: the first one may still compile and allocate. @param now milliseconds */
export async function probeUpdate(policy: Policy, size: UpdateSize, now: () => number): Promise<Probe> {
  const { rows, length } = size;
  const ids = Int32Array.from({ length: rows * length }, (_, i) => i % policy.shape.vocabSize);
  const mask = new Float32Array(rows * (length - 1)).fill(1);
  const batch: Sequences = { rows, length, ids, starts: new Int32Array(rows), mask };
  const learn = () => policy.learn([batch], () => [{ dLogp: mask }], UPDATE);
  await learn();
  const begin = now();
  await learn();
  return { ...size, seconds: Math.max(1e-4, (now() - begin) / 1000) };
}
