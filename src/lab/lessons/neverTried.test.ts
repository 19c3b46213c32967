import { expect, it } from "vitest";
import { neverTried } from "./neverTried.ts";
import { runOf } from "./testRuns.ts";

const said = (accuracy: readonly number[], length: readonly number[]) =>
  neverTried.said(runOf({ "eval/accuracy": accuracy, "eval/mean_length": length }), neverTried.arms[0]!);

it("says that the parity is written out only of a run whose answers grew to the expert's length", () => {
  expect(said([0.46, 0.6, 1], [2, 5, 13])).toBe(
    "The share of right answers rose from 46% to 100%, and answers grew from 2 tokens to 13: it writes the running parity first, as the expert does.",
  );
  expect(said([0.46, 0.5, 0.48], [2, 2, 2])).toBe(
    "The share of right answers stayed near 48%, and it still names the answer at once: about half of such guesses are right by chance.",
  );
  expect(said([0.46, 0.3, 0.1], [2, 5, 8])).toBe(
    "The share of right answers fell from 46% to 10%. The length of an answer in tokens rose from 2.0 to 8.0.",
  );
});
