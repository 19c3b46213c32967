import { describe, expect, it } from "vitest";
import { joinScores, splitRows } from "../../microBatches.ts";
import type { Sequences } from "../../policy.ts";
import {
  blankScores,
  countTokens,
  fillScores,
  HEADER_FIELDS,
  HEADER_WORDS,
  packBatch,
  packCredits,
  packedWords,
} from "./batch.ts";

// Two rows of four tokens, the second with two of padding; and one row of three at another temperature.
const first: Sequences = {
  rows: 2,
  length: 4,
  ids: Int32Array.of(5, 1, 5, 2, 0, 0, 1, 3),
  starts: Int32Array.of(0, 2),
  mask: Float32Array.of(0, 1, 1, 0, 0, 1),
};
const second: Sequences = {
  rows: 1,
  length: 3,
  ids: Int32Array.of(4, 1, 6),
  starts: Int32Array.of(0),
  mask: Float32Array.of(1, 0),
  temperature: 0.5,
};
const V = 7;

function tablesOf(batches: readonly Sequences[], inputs: "training" | "all") {
  const words = new Int32Array(packedWords(countTokens(batches, inputs), V));
  const packed = packBatch(batches, V, inputs, words, 7);
  const at = (name: (typeof HEADER_FIELDS)[number], length: number) => {
    const offset = HEADER_WORDS + words[HEADER_FIELDS.indexOf(name)]!;
    return [...words.subarray(offset, offset + length)];
  };
  return { packed, at };
}

describe("a packed batch", () => {
  it("has the real tokens of all batches one after another, without padding and last tokens", () => {
    const { packed, at } = tablesOf([first, second], "training");
    expect(packed).toMatchObject({ tokens: 6, scored: 4, mark: 7 });
    expect(packed.words[HEADER_FIELDS.indexOf("mark")]).toBe(7);
    expect(at("ids", 6)).toEqual([5, 1, 5, 1, 4, 1]);
    expect(at("first", 6)).toEqual([0, 0, 0, 3, 4, 4]);
    expect(at("end", 6)).toEqual([3, 3, 3, 4, 6, 6]);
  });

  it("lists the scored tokens with what follows them and their temperature", () => {
    const { at } = tablesOf([first, second], "training");
    expect(at("slot", 6)).toEqual([-1, 0, 1, 2, 3, -1]);
    expect(at("source", 4)).toEqual([1, 2, 3, 4]);
    expect(at("next", 4)).toEqual([5, 2, 3, 1]);
    expect([...new Float32Array(Int32Array.from(at("scale", 4)).buffer)]).toEqual([1, 1, 1, 2]);
  });

  it("sorts the tokens by id, in their own order within an id", () => {
    const { at } = tablesOf([first, second], "training");
    expect(at("order", 6)).toEqual([1, 3, 5, 4, 0, 2]);
    expect(at("bucket", V + 1)).toEqual([0, 0, 3, 3, 3, 4, 6, 6]);
  });

  it("of all tokens keeps the last ones and lets padding speak for itself", () => {
    const { packed, at } = tablesOf([first], "all");
    expect(packed).toMatchObject({ tokens: 8, scored: 8 });
    expect(at("first", 8)).toEqual([0, 0, 0, 0, 4, 5, 6, 6]);
    expect(at("end", 8)).toEqual([4, 4, 4, 4, 5, 6, 8, 8]);
  });
});

describe("scores and credits", () => {
  const scoresOf = (batches: readonly Sequences[], numbers: Float32Array) => {
    const scores = blankScores(batches);
    fillScores(tablesOf(batches, "training").packed.places, numbers, scores);
    return scores;
  };

  it("go back to where the mask is 1, and come from there", () => {
    const packed = Float32Array.from({ length: 16 }, (_, i) => i + 1);
    const scores = scoresOf([first, second], packed);
    expect([...scores[0]!.logp]).toEqual([0, 1, 5, 0, 0, 9]);
    expect([...scores[1]!.meanLogp]).toEqual([16, 0]);
    const out = new Float32Array(16).fill(9);
    const written = packCredits(
      tablesOf([first, second], "training").packed.places,
      [{ dLogp: [1, 2, 3, 4, 5, 6] }, { dLogp: [7, 8], dEntropy: [9, 10], dMeanLogp: [11, 12] }],
      out,
    );
    expect(written).toBe(16);
    expect([...out]).toEqual([2, 0, 0, 0, 3, 0, 0, 0, 6, 0, 0, 0, 7, 9, 11, 0]);
  });

  it("of runs of rows join to those of the whole", () => {
    const parts = splitRows(first, 5);
    expect(parts.map(({ rows }) => rows)).toEqual([1, 1]);
    expect([...parts[1]!.ids]).toEqual([0, 0, 1, 3]);
    expect(splitRows(first, 100)).toEqual([first]);
    const packed = Float32Array.from({ length: 12 }, (_, i) => i + 1);
    const joined = joinScores(parts.flatMap((part, i) => scoresOf([part], packed.subarray(i * 8))));
    expect(joined).toEqual(scoresOf([first], packed)[0]);
  });
});
