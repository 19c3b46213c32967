import { describe, expect, it } from "vitest";
import { Streams } from "../../rng.ts";
import type { Policy } from "../policy.ts";
import type { PolicyShape } from "../shape.ts";
import { distance, SHAPES, TEST_RULE, testBatch, testPrompts, testWeights } from "./parity.ts";

type Open = (shape: PolicyShape, weights: Float32Array, workBytes: number | undefined) => Promise<Policy>;

/**
 * What every policy must do with more rows than it may lay out at a time: the same updates and the same draws.
 * @param apart how far weights and moments may lie from those of one piece; 0: the same bits
 * @param some bytes for a few rows of the smallest shape at a time
 * @param shapes names among {@link SHAPES}
 */
export function testMicroBatches(open: Open, apart: number, some: number, shapes = Object.keys(SHAPES)): void {
  describe.each(shapes)("in micro-batches, with the shape %s", (name) => {
    const shape = SHAPES[name]!;

    it("learns and samples as in one piece", async () => {
      const whole = await trained(await open(shape, testWeights(shape), undefined));
      // A few rows at a time, and one.
      for (const bytes of [some, 1]) {
        const micro = await trained(await open(shape, testWeights(shape), bytes));
        expect(micro.assigned).toEqual(whole.assigned);
        expect(micro.ids).toEqual(whole.ids);
        for (const [name, values] of Object.entries(whole.numbers)) {
          expect(distance(micro.numbers[name]!, values), `${name} within ${bytes} bytes`).toBeLessThanOrEqual(apart);
        }
      }
    });
  });
}

/** A policy after two updates on batches of two sizes, its draws, and how many scores each `assign` had. */
async function trained(policy: Policy) {
  const { shape } = policy;
  const batches = [testBatch(shape, 9, 11), testBatch(shape, 14, 8, 0.8)];
  const assigned: number[][] = [];
  const norms: number[] = [];
  for (let step = 0; step < 2; step++) {
    const { gradNorm, paramNorm } = await policy.learn(
      batches,
      (scores) => {
        assigned.push(scores.map(({ logp }) => logp.length));
        return scores.map(({ logp, entropy, meanLogp }) => ({
          dLogp: logp.map((value) => value / 50),
          dEntropy: entropy,
          dMeanLogp: meanLogp,
        }));
      },
      TEST_RULE,
    );
    norms.push(gradNorm, paramNorm);
  }
  const prompts = testPrompts(shape, 7, 5);
  const options = { maxNewTokens: 9, temperature: 0.9, topP: 0.9, key: { seed: 1, stream: Streams.tests, step: 2 } };
  const drawn = await policy.sample(prompts, options);
  const { weights, firstMoment, secondMoment } = await policy.export();
  const { logp } = await policy.score(batches[0]!);
  policy.dispose();
  const numbers: Record<string, ArrayLike<number>> = { weights, firstMoment, secondMoment, norms, logp };
  Object.assign(numbers, { "drawn logp": drawn.logp, "drawn entropy": drawn.entropy });
  return { assigned, numbers, ids: [...drawn.ids, ...drawn.lengths, ...drawn.ended] };
}
