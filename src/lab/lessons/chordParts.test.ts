import { expect, it } from "vitest";
import { chordParts } from "./chordParts.ts";
import { runOf } from "./testRuns.ts";

const said = (both: readonly number[], parity: readonly number[], sort: readonly number[]) =>
  chordParts.said(
    runOf({ "eval/accuracy": both, "eval/accuracy/parity": parity, "eval/accuracy/sort": sort }),
    chordParts.arms[0]!,
  );

it("says what became of each kind, whichever rose and whichever fell", () => {
  expect(said([0.5, 0.9], [0.5, 1], [0.5, 0.8])).toBe(
    "The share of right answers rose from 50% to 90%. On parity it rose from 50% to 100%; on sorting, which no expert shows, it rose from 50% to 80%.",
  );
  expect(said([0.5, 0.3], [0.5, 0.5], [0.5, 0.1])).toBe(
    "The share of right answers fell from 50% to 30%. On parity it stayed near 50%; on sorting, which no expert shows, it fell from 50% to 10%.",
  );
});
