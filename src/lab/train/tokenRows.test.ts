import { expect, it } from "vitest";
import type { Batch } from "../feeds/batch.ts";
import { packExamples } from "../feeds/encode.ts";
import { CHARACTERS } from "../tokenizer/characters.ts";
import { tokenRows } from "./tokenRows.ts";

/** Eight completions of one digit in groups of two; credit reaches the given rows alone. */
function shownOf(trained: readonly number[]): string[] {
  const problems = Array.from({ length: 8 }, (_, row) => ({ prompt: `${row}=`, kind: "sort" }));
  const sequences = packExamples(
    CHARACTERS,
    problems.map((problem, row) => ({ problem, completion: String(row) })),
  );
  const T = sequences.length - 1;
  const batch: Batch = {
    name: "rollouts",
    sequences,
    tokens: { rows: 8, length: T, mask: sequences.mask, groupSize: 2 },
    problems,
    completions: problems.map((_, row) => String(row)),
  };
  const dLogp = Float64Array.from(sequences.mask, (m, i) => (trained.includes(Math.floor(i / T)) ? -0.5 * m : 0));
  const zeros = new Float32Array(8 * T);
  const scores = { logp: zeros, entropy: zeros, varentropy: zeros, meanLogp: zeros };
  const credits = new Map([["rollouts", { dLogp }]]);
  const rows = tokenRows(CHARACTERS, [batch], [scores], { loss: 0, credits, metrics: {} });
  for (const row of rows) expect(row.tokens.at(-1)).toBe("<eos>");
  return rows.map((row) => row.tokens[0]!);
}

it("shows the first group that any credit reached, from its first row", () => {
  expect(shownOf([3])).toEqual(["2", "3", "4", "5", "6"]);
});

it("shows the last rows where only they were trained, and the first where none was", () => {
  expect(shownOf([7])).toEqual(["3", "4", "5", "6", "7"]);
  expect(shownOf([])).toEqual(["0", "1", "2", "3", "4"]);
});
