import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { near } from "../../lab/objectives/terms/testNear.ts";
import { decodeHinted } from "../decodeHinted.ts";
import { main } from "../main.ts";
import { memoryIo } from "../testIo.ts";

// Computed by the authors' code (hinted_generate and NucleusProcessor) with two bigram models in place of policies.
const { hinted_decoding: block } = JSON.parse(
  readFileSync(new URL("../../lab/policy/vectors/hintedDecoding.json", import.meta.url), "utf8"),
) as { hinted_decoding: Block };

interface Block {
  readonly target_table: number[][];
  readonly drafter_table: number[][];
  readonly runs: readonly Run[];
}

interface Run {
  readonly mode: string;
  readonly beta: number;
  readonly spliter: string | null;
  readonly drafter_prompt: readonly number[];
  readonly target_prompt: readonly number[];
  readonly ids: readonly number[];
  readonly steps: readonly { readonly scores: readonly number[]; readonly probs: readonly number[] }[];
  readonly trace: readonly { readonly H_norm: number; readonly lambda_if_mixed: number }[];
}

describe.each(block.runs.map((run, index) => [`${index}: ${run.mode}, β ${run.beta}`, run] as const))(
  "the authors' run %s",
  (_, run) => {
    const contextOf = (prompt: readonly number[]) => [prompt.at(-1)!, ...run.ids.slice(0, -1)];
    const mark = run.ids.findIndex((id) => "abcdefg$"[id] === run.spliter);
    const { steps } = decodeHinted({
      params: { mode: run.mode, beta: run.beta, temperature: 0.3, top_p: 0.95 },
      hinted: contextOf(run.target_prompt).map((id) => block.target_table[id]),
      student: contextOf(run.drafter_prompt).map((id) => block.drafter_table[id]),
      switched: run.ids.map((_id, t) => mark >= 0 && t > mark),
    });

    test("writes its tokens with its entropies", () => {
      expect(steps.map(({ id }) => id)).toEqual(run.ids);
      near(
        steps.map(({ normalisedEntropy }) => normalisedEntropy),
        run.trace.map(({ H_norm }) => H_norm),
      );
    });

    test("mixes by its λ to its probabilities", () => {
      for (const [t, step] of steps.entries()) {
        const alone = t === 0 || (mark >= 0 && t > mark);
        if (!alone) near(step.lambda, run.trace[t]!.lambda_if_mixed);
        near(step.probs, run.steps[t]!.probs, 1e-5);
      }
    });
  },
);

test("a token that no stream has is no score; one that a silent stream lacks is left to the other", () => {
  const { steps } = decodeHinted({
    params: { hintBeta: 0, hintTemperature: 1, hintTopP: 1 },
    hinted: [[Math.log(3), 0, Number.NEGATIVE_INFINITY]],
    student: [[Number.NEGATIVE_INFINITY, 0, 0]],
    u: [0.7],
  });
  near(steps[0]!.probs, [0.75, 0.25, 0]);
  expect(steps[0]).toMatchObject({ lambda: 0, id: 0, scores: [expect.any(Number), expect.any(Number), null] });
});

test.each<[string, object, RegExp]>([
  ["streams of different length", { hinted: [[0, 1]], student: [] }, /^student must be a list of rows of logits/],
  [
    "another number of rows",
    {
      hinted: [[0, 1]],
      student: [
        [0, 1],
        [0, 1],
      ],
    },
    /student must have 1 rows, as hinted, got 2/,
  ],
  ["another vocabulary", { hinted: [[0, 1]], student: [[0, 1, 2]] }, /student\[0\] must have 2 numbers, got 3/],
  [
    "an infinite logit",
    { hinted: [[0, Number.POSITIVE_INFINITY]], student: [[0, 1]] },
    /hinted\[0\]\[1\] must be a number or -Infinity/,
  ],
  ["a draw of 1", { hinted: [[0, 1]], student: [[0, 1]], u: [1] }, /u\[0\] must be in \[0, 1\), got 1/],
  ["a misspelt knob", { params: { hintBta: 1 }, hinted: [[0, 1]], student: [[0, 1]] }, /did you mean hintBeta/],
  [
    "streams without a token in common",
    {
      params: { gate: "sigmoid" },
      first: false,
      hinted: [[0, Number.NEGATIVE_INFINITY]],
      student: [[Number.NEGATIVE_INFINITY, 0]],
    },
    /hinted\[0\] must have a token in common with the student/,
  ],
])("%s is refused with one sentence", (_what, input, sentence) => {
  expect(() => decodeHinted(input)).toThrow(sentence);
});

test("logits as large as float64 and temperatures as small keep their numbers", () => {
  const far = decodeHinted({ hinted: [[0, -1e250]], student: [[1e300, -1e300]], params: { beta: 0 } }).steps[0]!;
  expect(far.scores).toEqual([0, -1e250]);
  const cold = decodeHinted({
    params: { hintTemperature: 1e-310, hintTopP: 1 },
    hinted: [[0, 1, 1]],
    student: [[0, 0, 0]],
    u: [0.7],
  });
  expect(cold.steps[0]).toMatchObject({ probs: [0, 0.5, 0.5], id: 2 });
});

test("20,000 knobs that nobody knows and texts of megabytes are refused at once", async () => {
  const params = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, 1]));
  expect(() => decodeHinted({ params, hinted: [[0, 1]], student: [[0, 1]] })).toThrow(/Unknown setting "k0"/);
  for (const piece of ["aaaa", '\\"NaN']) {
    const io = memoryIo(`{"hinted":"${piece.repeat(1e6)}"}`);
    expect(await main(["decode"], io)).toBe(2);
    expect(io.errLines.join()).toMatch(/hinted must be a list of rows of logits/);
  }
});

test("a byte-order mark and the numbers that JSON lacks are read together", async () => {
  const io = memoryIo('\ufeff{"hinted":[[0,-Infinity]],"student":[[NaN,0]]}');
  expect(await main(["decode"], io)).toBe(2);
  expect(io.errLines).toEqual(["lab: student[0][0] must be a number, got NaN."]);
});

test("the command prints one JSON object", async () => {
  const io = memoryIo('{"hinted":[[0,-Infinity]],"student":[[1,0]]}');
  expect(await main(["decode"], io)).toBe(0);
  expect(JSON.parse(io.outLines.join())).toEqual({
    steps: [{ normalisedEntropy: 0, lambda: 0, scores: [0, null], probs: [1, 0], id: 0 }],
  });
});
