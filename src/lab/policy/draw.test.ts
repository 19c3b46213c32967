import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { drawHinted, drawToken, entropyOf, hintedProbabilities, logSoftmax, nucleus, studentShare } from "./draw.ts";

describe("drawToken", () => {
  // Probabilities .5, .3, .2 at temperature 1.
  const logits = [Math.log(0.5), Math.log(0.3), Math.log(0.2)];
  const plain = { temperature: 1, topP: 1 };

  it("walks the tokens in ascending id until the cumulative probability exceeds u", () => {
    expect(drawToken(logits, plain, 0).id).toBe(0);
    expect(drawToken(logits, plain, 0.499).id).toBe(0);
    expect(drawToken(logits, plain, 0.501).id).toBe(1);
    expect(drawToken(logits, plain, 0.801).id).toBe(2);
    expect(drawToken(logits, plain, 1 - 2 ** -24).id).toBe(2);
  });

  it("renormalises over the nucleus, and reports the untruncated log-probability and entropy", () => {
    // top-p .6 keeps .5 and .3, which become .625 and .375.
    const drawn = drawToken(logits, { temperature: 1, topP: 0.6 }, 0.63);
    expect(drawn.id).toBe(1);
    expect(drawn.logp).toBeCloseTo(Math.log(0.3), 12);
    expect(drawn.entropy).toBeCloseTo(-(0.5 * Math.log(0.5) + 0.3 * Math.log(0.3) + 0.2 * Math.log(0.2)), 12);
    expect(drawToken(logits, { temperature: 1, topP: 0.6 }, 1 - 2 ** -24).id).toBe(1);
  });

  it("divides the logits by the temperature before everything else", () => {
    // Squared and renormalised: .25, .09, .04 over .38.
    const drawn = drawToken(logits, { temperature: 0.5, topP: 1 }, 0.7);
    expect(drawn.id).toBe(1);
    expect(drawn.logp).toBeCloseTo(Math.log(0.09 / 0.38), 12);
  });

  it("is greedy at temperature 0: the lowest id among the maxima, with the numbers of temperature 1", () => {
    const drawn = drawToken([1, 3, 3, 0], { temperature: 0, topP: 0.1 }, 0.99);
    expect(drawn.id).toBe(1);
    expect(drawn.logp).toBeCloseTo(logSoftmax([1, 3, 3, 0], 1)[1]!, 12);
  });

  it("stays finite where a token has no probability left", () => {
    const drawn = drawToken([0, -2000, -2000], plain, 0.9999999);
    expect(drawn).toEqual({ id: 0, logp: 0, entropy: 0 });
  });
});

describe("nucleus", () => {
  it("keeps the shortest prefix of the sorted tokens that reaches top-p, ties by lower id", () => {
    expect([...nucleus([0.2, 0.4, 0.2, 0.2], 0.5)]).toEqual([1, 1, 0, 0]);
    expect([...nucleus([0.1, 0.6, 0.3], 0.6)]).toEqual([0, 1, 0]);
    expect([...nucleus([0.1, 0.6, 0.3], 1)]).toEqual([1, 1, 1]);
  });
});

describe("hinted decoding", () => {
  // Computed by the authors' code (hinted_generate and NucleusProcessor) with two bigram models in place of policies.
  const { hinted_decoding: block, nucleus_processor: processor } = JSON.parse(
    readFileSync(new URL("./vectors/hintedDecoding.json", import.meta.url), "utf8"),
  );

  it("decides the nucleus at temperature 1 and then applies the temperature", () => {
    const probs = hintedProbabilities(processor.scores, { temperature: processor.T, topP: processor.top_p });
    expect([...probs].map((p, id) => Math.abs(p - processor.probs[id]) < 1e-9)).not.toContain(false);
  });

  it.each<[string, Run]>(block.runs.map((run: Run, index: number) => [`${index}: ${run.mode}, beta ${run.beta}`, run]))(
    "writes the tokens and shares of the authors' run %s",
    (_, run) => {
      let target = run.target_prompt.at(-1)!;
      let drafter = run.drafter_prompt.at(-1)!;
      let switched = false;
      const written = run.steps.map(({ scores, probs }, index) => {
        const hinted = block.target_table[target];
        const rule = { gate: run.mode, beta: run.beta, first: index === 0, switched };
        // The authors' processor was made to take the likeliest token.
        const drawn = drawHinted(hinted, block.drafter_table[drafter], { temperature: 0, topP: 0.95 }, rule, 0);
        const expected = run.trace[index]!;
        const normalised = entropyOf(logSoftmax(hinted, 1)) / Math.log(hinted.length);
        expect(normalised).toBeCloseTo(expected.H_norm, 8);
        expect(studentShare(rule, normalised)).toBeCloseTo(expected.lambda_if_mixed, 8);
        if (!switched && index > 0) expect(drawn.lambda).toBeCloseTo(expected.lambda_if_mixed, 8);
        for (const [id, p] of hintedProbabilities(scores, { temperature: 0.3, topP: 0.95 }).entries()) {
          expect(p).toBeCloseTo(probs[id]!, 6);
        }
        target = drawn.id;
        drafter = drawn.id;
        switched ||= "abcdefg$"[drawn.id] === run.spliter;
        return drawn.id;
      });
      expect(written).toEqual(run.ids);
    },
  );
});

interface Run {
  readonly mode: "linear" | "sigmoid" | "piecewise";
  readonly beta: number;
  readonly spliter: string | null;
  readonly target_prompt: readonly number[];
  readonly drafter_prompt: readonly number[];
  readonly ids: readonly number[];
  readonly steps: readonly { readonly scores: readonly number[]; readonly probs: readonly number[] }[];
  readonly trace: readonly { readonly H_norm: number; readonly lambda_if_mixed: number }[];
}
