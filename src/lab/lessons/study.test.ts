import { expect, it } from "vitest";
import { parseConfig } from "../experiment/config.ts";
import { LESSONS } from "./index.ts";
import { type Claim, judge, pick, recovery, type Trace, valuesOf } from "./study.ts";

const trace = (values: readonly (number | null)[], start = 0.5): Trace => ({
  initial: { "eval/accuracy": start },
  final: {},
  series: { "eval/accuracy": values },
});

const claim: Claim = { sentence: "s", source: "x", margin: ({ a }) => pick(a!, "eval/accuracy", "final") - 0.5 };
const verdict = (finals: readonly number[]) =>
  judge(
    claim,
    finals.map((value) => ({ a: trace([null, value]) })),
  ).verdict;

it("says that a claim holds, does not appear, or is unclear, from the interval over seeds", () => {
  expect(verdict([0.6, 0.61, 0.62])).toBe("holds");
  expect(verdict([0.4, 0.41, 0.39])).toBe("does not appear");
  expect(verdict([0.4, 0.61, 0.5])).toBe("unclear");
  // Never seen, however wide the interval.
  expect(verdict([0.5, 0.1, 0.45])).toBe("does not appear");
});

it("reads a run from its start, leaving out steps without an evaluation", () => {
  expect(valuesOf(trace([null, 0.1, null, 0.3]), "eval/accuracy")).toEqual([0.5, 0.1, 0.3]);
  expect(recovery([0.5, 0.1, 0.3, 0.2])).toBeCloseTo(0.2, 12);
});

it("has only studies whose arms are valid experiments with different names", () => {
  for (const { id, arms } of LESSONS) {
    expect(new Set(arms.map((arm) => arm.id)).size).toBe(arms.length);
    for (const arm of arms)
      expect([id, arm.id, parseConfig(arm.settings).algorithm]).toEqual([id, arm.id, arm.settings.algorithm]);
  }
});
