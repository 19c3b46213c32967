import { describe, expect, it } from "vitest";
import type { Rollouts } from "../policy/policy.ts";
import { initials } from "../schema.ts";
import { TASKS } from "../tasks/index.ts";
import { tokenizerOf } from "../tasks/task.ts";
import { BOS, CHARACTERS, EOS, encode, PAD } from "../tokenizer/characters.ts";
import { everyVocabulary } from "../train/testVocabularies.ts";
import { demonstrations } from "./demonstrations.ts";
import { completionsOf, longestRow, packExamples, packPrompts, packRollouts } from "./encode.ts";

const example = (prompt: string, completion: string) => ({ problem: { prompt, kind: "sort" }, completion });
const [a, b, c, d] = encode("abcd") as [number, number, number, number];

await everyVocabulary();

describe("examples", () => {
  it("score the completion and its end, one position before each token", () => {
    const packed = packExamples(CHARACTERS, [example("ab", "cd"), example("a", "b")], 7);
    expect([...packed.ids.subarray(0, 7)]).toEqual([BOS, a, b, c, d, EOS, PAD]);
    expect([...packed.mask.subarray(0, 6)]).toEqual([0, 0, 1, 1, 1, 0]);
    expect([...packed.ids.subarray(7)]).toEqual([BOS, a, b, EOS, PAD, PAD, PAD]);
    expect([...packed.mask.subarray(6)]).toEqual([0, 1, 1, 0, 0, 0]);
    expect([...packed.starts]).toEqual([0, 0]);
  });

  it("score no end that was never written", () => {
    const packed = packExamples(CHARACTERS, [{ ...example("a", "bc"), ended: false }]);
    expect([...packed.ids]).toEqual([BOS, a, b, c]);
    expect([...packed.mask]).toEqual([0, 1, 1]);
  });

  it("are as long as the longest row unless told, and complain when one does not fit", () => {
    expect(packExamples(CHARACTERS, [example("ab", "cd"), example("a", "b")]).length).toBe(6);
    expect(packExamples(CHARACTERS, []).rows).toBe(0);
    expect(() => packExamples(CHARACTERS, [example("ab", "cd")], 5)).toThrow(
      'a row must fit into 5 tokens, got 6 for "ab"',
    );
    expect(() => packExamples(CHARACTERS, [example("A", "b")])).toThrow(/must use the characters .* got "A"/);
  });

  it("of every task fit the row length that its limits promise", () => {
    for (const task of TASKS) {
      const params = initials(task.params);
      const length = longestRow(task.limits(params));
      for (const style of ["native", "expert", "flawed"] as const) {
        const items = demonstrations(task, params, { style, seed: 1, split: "ood", count: 50 });
        expect(packExamples(tokenizerOf(task), items, length).length).toBe(length);
      }
      expect(longestRow(task.limits(params), true)).toBeLessThanOrEqual(task.vocabulary ? 116 : 64);
    }
  });
});

describe("prompts", () => {
  it("end together", () => {
    const packed = packPrompts(CHARACTERS, ["abc", "d"]);
    expect([...packed.ids]).toEqual([BOS, a, b, c, PAD, PAD, BOS, d]);
    expect([...packed.starts]).toEqual([0, 2]);
    expect([...packPrompts(CHARACTERS, ["d"], 4).starts]).toEqual([2]);
    expect(() => packPrompts(CHARACTERS, ["abc"], 3)).toThrow('a row must fit into 3 tokens, got 4 for "abc"');
  });
});

describe("rollouts", () => {
  /** The first row ended after `c`, the second was cut off after three tokens. */
  const rollouts: Rollouts = {
    rows: 2,
    length: 3,
    ids: Int32Array.from([c, EOS, PAD, b, c, d]),
    logp: Float32Array.from([-1, -2, 0, -3, -4, -5]),
    entropy: Float32Array.from([0.5, 0.25, 0, 1, 2, 3]),
    lengths: Int32Array.from([2, 3]),
    ended: Uint8Array.from([1, 0]),
  };
  const prompts = packPrompts(CHARACTERS, ["ab", "a"]);

  it("follow their prompts, with the sampler's numbers where each token is predicted", () => {
    const { sequences, logp, entropy } = packRollouts(prompts, rollouts);
    expect([...sequences.ids]).toEqual([BOS, a, b, c, EOS, PAD, PAD, BOS, a, b, c, d]);
    expect([...sequences.starts]).toEqual([0, 1]);
    expect([...sequences.mask]).toEqual([0, 0, 1, 1, 0, 0, 0, 1, 1, 1]);
    expect([...logp]).toEqual([0, 0, -1, -2, 0, 0, 0, -3, -4, -5]);
    expect([...entropy]).toEqual([0, 0, 0.5, 0.25, 0, 0, 0, 1, 2, 3]);
  });

  it("take a given length, longer or shorter, as long as what was written fits", () => {
    expect([...packRollouts(prompts, rollouts, 8).sequences.mask]).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0]);
    expect(() => packRollouts(prompts, rollouts, 5)).toThrow('a row must fit into 5 tokens, got 6 for "row 1"');
    expect(() => packRollouts(packPrompts(CHARACTERS, ["a"]), rollouts)).toThrow(
      "rollouts must have the prompts' 1 rows, got 2",
    );
  });

  it("read as the text that was written", () => {
    expect(completionsOf(CHARACTERS, rollouts)).toEqual(["c", "bcd"]);
  });

  it("score the same tokens as the same text packed as examples", () => {
    const packed = packRollouts(prompts, rollouts).sequences;
    const texts = packExamples(
      CHARACTERS,
      [example("ab", "c"), { ...example("a", "bcd"), ended: false }],
      packed.length,
    );
    const scored = ({ ids, mask, length }: typeof packed) =>
      [...mask].flatMap((m, i) => (m ? [ids[Math.floor(i / (length - 1)) * length + (i % (length - 1)) + 1]] : []));
    expect(scored(packed)).toEqual(scored(texts));
  });
});
