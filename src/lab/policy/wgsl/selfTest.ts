import { Streams } from "../../rng.ts";
import { randomWeights } from "../init.ts";
import type { AdamW, Policy, Prompts, Sequences } from "../policy.ts";
import { SIZES } from "../shape.ts";
import { wgslPolicy } from "./wgslPolicy.ts";

/*
 * Does this GPU compute what it should? One training step and a short rollout on the smallest policy, against numbers
 * that the float64 reference gave (the test beside this file computes them again). Drivers do miscompile shaders; a
 * policy that trains on wrong numbers looks like one that does not learn.
 */

/** The smallest policy: its MLP is just wide enough for every form of the kernels to be used, and whoever trains one has them compiled. */
export const selfTestShape = { ...SIZES.nano, context: 32 };
/** More than 64 tokens: their gradient is summed in parts. */
const ROWS = 15;
const DRAWN = 3;
const LENGTH = 9;
const UPDATE: AdamW = { lr: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 };
/** Relative: far above float32's rounding, far below any wrong kernel. */
const TOLERANCE = 1e-4;

/** Mean negative log-probability before and after one update, its norms, and the ids of a greedy rollout. */
interface SelfTestNumbers {
  readonly before: number;
  readonly after: number;
  readonly gradNorm: number;
  readonly paramNorm: number;
  readonly tokens: readonly number[];
}

export const EXPECTED: SelfTestNumbers = {
  before: 8.32142616,
  after: 5.92466624,
  gradNorm: 5.34951511,
  paramNorm: 66.1948265,
  tokens: [11, 15, 1, 8, 21, 38, 35, 35, 32, 49, 44, 18, 40, 44, 6, 38, 37, 38],
};

/** The measured numbers of any policy of {@link selfTestWeights}. */
export async function selfTestNumbers(policy: Policy): Promise<SelfTestNumbers> {
  const T = LENGTH - 1;
  const ids = Int32Array.from({ length: ROWS * LENGTH }, (_, i) => (i * i * 7 + 3 * i + 1) % selfTestShape.vocabSize);
  const starts = Int32Array.from({ length: ROWS }, (_, row) => [0, 2, 5][row % 3]!);
  const mask = Float32Array.from({ length: ROWS * T }, (_, i) => (i % T >= starts[Math.floor(i / T)]! ? 1 : 0));
  const batch: Sequences = { rows: ROWS, length: LENGTH, ids, starts, mask };
  const count = mask.reduce((sum, value) => sum + value, 0);
  const lossOf = (logp: Float32Array) => -logp.reduce((sum, value) => sum + value, 0) / count;
  let before = Number.NaN;
  const report = await policy.learn(
    [batch],
    ([scores]) => {
      before = lossOf(scores!.logp);
      return [{ dLogp: mask.map((value) => -value / count) }];
    },
    UPDATE,
  );
  const after = lossOf((await policy.score(batch)).logp);
  const prompts: Prompts = {
    rows: DRAWN,
    length: LENGTH,
    ids: ids.subarray(0, DRAWN * LENGTH),
    starts: starts.subarray(0, DRAWN),
  };
  const key = { seed: 1, stream: Streams.rollouts, step: 1 };
  const rollouts = await policy.sample(prompts, { maxNewTokens: 6, temperature: 1, topP: 0.9, key });
  return { before, after, gradNorm: report.gradNorm, paramNorm: report.paramNorm, tokens: [...rollouts.ids] };
}

export const selfTestWeights = (): Float32Array =>
  randomWeights(selfTestShape, 11).map((value) => (value === 1 ? 1 : 4 * value));

/** What does not agree, in one sentence; null where everything does. */
export function selfTestVerdict(numbers: SelfTestNumbers): string | null {
  for (const name of ["before", "after", "gradNorm", "paramNorm"] as const) {
    const [measured, expected] = [numbers[name], EXPECTED[name]];
    if (!(Math.abs(measured / expected - 1) < TOLERANCE)) {
      return `the GPU failed its self-test: ${WORDS[name]} must be ${expected}, got ${measured}`;
    }
  }
  const tokens = numbers.tokens.join(" ");
  const expected = EXPECTED.tokens.join(" ");
  return tokens === expected
    ? null
    : `the GPU failed its self-test: it must draw the tokens ${expected}, got ${tokens}`;
}

const WORDS = {
  before: "the first loss",
  after: "the loss after an update",
  gradNorm: "the gradient's norm",
  paramNorm: "the weights' norm",
} as const;

/** Why this device should not train, in one sentence, or null where it may. Never throws: the caller falls back. */
export async function selfTest(device: GPUDevice): Promise<string | null> {
  try {
    const policy = await wgslPolicy(selfTestShape, selfTestWeights(), { device });
    try {
      return selfTestVerdict(await selfTestNumbers(policy));
    } finally {
      policy.dispose();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
