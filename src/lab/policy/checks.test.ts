import { describe, expect, it } from "vitest";
import { checkCredits, checkPrompts, checkSequences, checkState, checkWeights } from "./checks.ts";
import { freshState, type Prompts, type SampleOptions, type Sequences } from "./policy.ts";
import { parameterCount, SIZES } from "./shape.ts";

const shape = { ...SIZES.nano, context: 8 };
const batch: Sequences = {
  rows: 2,
  length: 4,
  ids: Int32Array.of(0, 1, 2, 3, 1, 2, 3, 4),
  starts: Int32Array.of(1, 0),
  mask: Float32Array.of(0, 1, 1, 1, 1, 1),
};
const prompts: Prompts = { rows: 2, length: 3, ids: Int32Array.of(0, 1, 2, 3, 4, 5), starts: Int32Array.of(1, 0) };
const options: SampleOptions = { maxNewTokens: 5, temperature: 1, topP: 1, key: { seed: 0, stream: 1, step: 0 } };

describe("what a policy demands", () => {
  it("accepts sound inputs that just fit", () => {
    checkSequences(shape, batch);
    checkPrompts(shape, prompts, options);
    checkPrompts(shape, prompts, { ...options, temperature: 0, topP: 0.01 });
    checkCredits([batch], [{ dLogp: new Float64Array(6), dEntropy: undefined }]);
    checkState(shape, freshState(shape, new Float32Array(parameterCount(shape))));
  });

  it.each<[Partial<Sequences>, string]>([
    [{ rows: 3 }, "ids must hold 3 × 4 tokens, got 8"],
    [{ rows: 0 }, "rows and length must be whole numbers of at least 1, got 0 and 4"],
    [{ length: 1, ids: Int32Array.of(1, 1), starts: new Int32Array(2) }, "a row must have at least 2 tokens, got 1"],
    [{ ids: batch.ids.map((id) => id - 1) }, "a token must be in [0, 60), the vocabulary of this policy, got -1"],
    [{ starts: Int32Array.of(1) }, "starts must hold 2 values, got 1"],
    [{ starts: Int32Array.of(1, 4) }, "a start must be in [0, 4), got 4"],
    [{ mask: new Float32Array(8) }, "mask must hold 2 × 3 values, got 8"],
    [{ mask: new Float32Array(6).fill(1) }, "padding must not be scored, got a mask of 1 at row 0, position 0"],
    [{ temperature: 0 }, "temperature must be above 0, got 0"],
    [{ temperature: Number.NaN }, "temperature must be above 0, got NaN"],
  ])("of a batch (%#)", (change, message) => {
    expect(() => checkSequences(shape, { ...batch, ...change })).toThrow(message);
  });

  it.each<[Partial<SampleOptions>, string]>([
    [{ maxNewTokens: 0 }, "maxNewTokens must be a whole number of at least 1, got 0"],
    [{ maxNewTokens: 6 }, "prompts and new tokens must fit the context of 8 tokens, got 9"],
    [{ temperature: -1 }, "temperature must be 0 or more, got -1"],
    [{ topP: 0 }, "topP must be in (0, 1], got 0"],
    [
      {
        hinted: {
          prompts: { ...prompts, rows: 1, ids: new Int32Array(3), starts: new Int32Array(1) },
          gate: "linear",
          beta: 1,
          switchToken: -1,
        },
      },
      "hinted prompts must have the 2 rows of the student's, got 1",
    ],
  ])("of a request for samples (%#)", (change, message) => {
    expect(() => checkPrompts(shape, prompts, { ...options, ...change })).toThrow(message);
  });

  it("of credits, weights and states", () => {
    expect(() => checkCredits([batch], [])).toThrow("credits must come one per batch, got 0 for 1 batches");
    expect(() => checkCredits([batch], [{ dLogp: [1] }])).toThrow("dLogp must hold 2 × 3 values, got 1");
    // Position 0 of the first row is padding.
    expect(() => checkCredits([batch], [{ dLogp: [Number.NaN, 1, 1, 1, 1, 3e38] }])).not.toThrow();
    for (const wrong of [1e39, Number.NaN, Number.NEGATIVE_INFINITY]) {
      expect(() => checkCredits([batch], [{ dLogp: new Float32Array(6), dEntropy: [0, 0, 0, 0, wrong, 0] }])).toThrow(
        `credits: dEntropy must hold numbers within float32, got ${wrong} at row 1, position 1`,
      );
    }
    expect(() => checkWeights(shape, [1, 2])).toThrow(`weights must hold ${parameterCount(shape)} parameters, got 2`);
    const state = freshState(shape, new Float32Array(parameterCount(shape)));
    expect(() => checkState(shape, { ...state, shape: SIZES.tiny })).toThrow(
      "state: width must be 32 as in this policy, got 64",
    );
    expect(() => checkState(shape, { ...state, updates: -1 })).toThrow(
      "updates must be a whole number of at least 0, got -1",
    );
  });
});
