import { describe, expect, it } from "vitest";
import type { Sequences, TokenCredit } from "../policy.ts";
import { SHAPES, TEST_RULE, testBatch, testCredit, testWeights } from "../testing/parity.ts";
import { withCredit } from "./credited.ts";
import { simdPolicy } from "./simdPolicy.ts";

/** Not 0, so that its row counts as one with a credit, and 0 as the float32 that the kernels are given. */
const NEXT_TO_NOTHING = 1e-60;

/** Random credits of some rows; every other row's tokens have `rest`. */
function creditOf(batch: Sequences, rows: readonly number[], rest: number): TokenCredit {
  const T = batch.length - 1;
  const { dLogp, dEntropy } = testCredit(batch);
  const of = (values: ArrayLike<number>) =>
    Float64Array.from(values, (value, i) => (rows.includes(Math.floor(i / T)) ? value : rest));
  return { dLogp: of(dLogp), dEntropy: of(dEntropy!) };
}

/** Compared as bytes: the elements of a whole gradient one by one take seconds. */
const isSame = (a: Float32Array, b: Float32Array) => Buffer.from(a.buffer).equals(Buffer.from(b.buffer));

describe("rows without credit", () => {
  it("are left out, and batches that have no others", () => {
    const [first, second] = [testBatch(SHAPES.nano!, 7, 13), testBatch(SHAPES.nano!, 3, 9)];
    const whole = withCredit([first, second], [creditOf(first, [2, 5], 0), creditOf(second, [], -0)]);
    expect(whole.batches).toHaveLength(1);
    const [left] = whole.batches;
    expect(left).toMatchObject({ rows: 2, length: 13 });
    expect(left!.ids).toEqual(Int32Array.from([2, 5].flatMap((row) => [...first.ids.slice(row * 13, row * 13 + 13)])));
    expect([...left!.starts]).toEqual([first.starts[2], first.starts[5]]);
    expect(whole.credits[0]!.dLogp).toHaveLength(2 * 12);
    expect(whole.rows).toEqual([2, 5]);
    expect(withCredit([first, second], [creditOf(first, [], 0), creditOf(second, [1], 0)]).rows).toEqual([8]);
    expect(withCredit([first], [creditOf(first, [0, 1, 2, 3, 4, 5, 6], 0)]).batches[0]).toBe(first);
  });

  it.each(Object.entries(SHAPES))("change no bit of a gradient or an update, with the shape %s", async (_, shape) => {
    const policy = await simdPolicy(shape, testWeights(shape));
    const batches = [testBatch(shape, 9, 13), testBatch(shape, 4, 10)];
    for (const rows of [[], [4], [1, 2, 7], [0, 1, 2, 3, 4, 5, 6]]) {
      const given = (rest: number) => [creditOf(batches[0]!, rows, rest), creditOf(batches[1]!, [], rest)];
      expect(withCredit(batches, given(NEXT_TO_NOTHING)).batches).toEqual(batches);
      const whole = await policy.gradient(batches, given(NEXT_TO_NOTHING));
      expect(isSame(await policy.gradient(batches, given(0)), whole)).toBe(true);
    }
    const [left, whole] = [await simdPolicy(shape, testWeights(shape)), await simdPolicy(shape, testWeights(shape))];
    for (const rows of [[1, 2], [], [6]]) {
      const given = (rest: number) => [creditOf(batches[0]!, rows, rest), creditOf(batches[1]!, [], rest)];
      const report = await left.learn(batches, () => given(0), TEST_RULE);
      expect(await whole.learn(batches, () => given(NEXT_TO_NOTHING), TEST_RULE)).toEqual(report);
    }
    const [ours, theirs] = [await left.export(), await whole.export()];
    expect(isSame(ours.weights, theirs.weights)).toBe(true);
    expect(isSame(ours.secondMoment, theirs.secondMoment)).toBe(true);
  });

  it("change no bit where they are too long for attention to keep its probabilities", async () => {
    const shape = { ...SHAPES["grouped heads, two layers, own head"]!, context: 160 };
    const policy = await simdPolicy(shape, testWeights(shape));
    const [short, long] = [testBatch(shape, 6, 13), testBatch(shape, 2, 150)];
    const own = testCredit(short);
    const gradient = await policy.gradient([short], [own]);
    for (const rest of [0, NEXT_TO_NOTHING]) {
      expect(isSame(await policy.gradient([short, long], [own, creditOf(long, [], rest)]), gradient)).toBe(true);
    }
  });
});
