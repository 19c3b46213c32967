import { describe, expect, it } from "vitest";
import { randomWeights } from "./init.ts";
import { readShape, readWeightsFile, writeWeightsFile } from "./native.ts";
import { writeSafetensors } from "./safetensors.ts";
import { layoutOf, parameterCount, SIZES } from "./shape.ts";
import { ownMilliseconds, readSafetensors } from "./testFiles.ts";

const shape = SIZES.nano;
const weights = randomWeights(shape, 4);
const file = writeWeightsFile({ shape, weights, made: { task: "sort" } });

/** The file with another shape in its metadata. */
function withShape(change: Record<string, unknown>): Uint8Array {
  const { tensors, metadata } = readSafetensors(file);
  return writeSafetensors([...tensors.values()], {
    ...metadata,
    policy_shape: JSON.stringify({ ...shape, ...change }),
  });
}

describe("a file of weights alone", () => {
  it("comes back rounded to half precision, with its shape and how it was made", () => {
    const read = readWeightsFile(file);
    expect(read.shape).toEqual(shape);
    expect(read.made).toEqual({ task: "sort", format: "pt" });
    expect(Math.max(...read.weights.map((value, i) => Math.abs(value - weights[i]!)))).toBeLessThan(1e-3);
    expect(readWeightsFile(writeWeightsFile(read)).weights).toEqual(read.weights);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ["100,000,000 layers", { layers: 1e8 }, /layers must be at most 512, got 100000000/],
    ["more layers than there are tensors", { layers: 512 }, /model\.layers\.1\.\S+ must be there with shape/],
    ["a vocabulary of 10^9", { vocabSize: 1e9 }, /vocabSize must be at most 50000/],
    [
      "another width",
      { width: 64, headWidth: 32 },
      /model\.embed_tokens\.weight must have shape \[60,64\], got \[60,32\]/,
    ],
    ["an untied head that is not there", { tied: false }, /lm_head\.weight must be there/],
    ["a shape without theta", { ropeTheta: undefined }, /must hold .*ropeTheta.* and nothing else/],
    [
      "heads that do not divide the width",
      { heads: 3, kvHeads: 3, headWidth: 32 / 3 },
      /heads must divide the width, got 3 heads for a width of 32/,
    ],
    ["tied in words", { tied: "yes" }, /tied must be true or false, got "yes"/],
  ])("is refused within 50 ms with %s", (_, change, message) => {
    const bytes = withShape(change);
    expect(ownMilliseconds(() => expect(() => readWeightsFile(bytes)).toThrow(message))).toBeLessThan(50);
  });

  it("is refused with a number that is none, and is never written with one", () => {
    const bytes = file.slice();
    // The last half of the last tensor.
    bytes.set([0x00, 0x7e], bytes.length - 2);
    expect(() => readWeightsFile(bytes)).toThrow("weights: model.norm.weight must hold finite numbers, got NaN.");
    for (const wrong of [Number.NaN, 65_520, Number.NEGATIVE_INFINITY]) {
      const broken = weights.map((value, i) => (i === 5 ? wrong : value));
      expect(() => writeWeightsFile({ shape, weights: broken, made: {} })).toThrow(
        `model.embed_tokens.weight must hold numbers below 65520 in magnitude to be stored as F16, got ${wrong}`,
      );
    }
  });
});

describe("a shape", () => {
  it("has as many parameters as its layout", () => {
    const grouped = { ...SIZES.tiny, kvHeads: 2, headWidth: 10, tied: false, hidden: 17, vocabSize: 61 };
    for (const one of [...Object.values(SIZES), grouped]) {
      expect(parameterCount(one)).toBe(layoutOf(one).reduce((sum, { size }) => sum + size, 0));
    }
  });

  it("is read from nested or repeated JSON no further than to a sentence", () => {
    expect(() => readShape("[".repeat(1e6))).toThrow(/nested deeper than 64/);
    expect(() => readShape('{"width":1,"width":2}')).toThrow(/the key "width" twice/);
  });
});
