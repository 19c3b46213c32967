import { expect, test } from "vitest";
import { parseConfig } from "../experiment/config.ts";
import { apartSentence, canBeBaseline, sameProblems } from "./comparable.ts";
import { chanceText, deltaOf, measuredAt, outcomeText } from "./outcome.ts";
import type { RunRecord } from "./runRecord.ts";

const run = (settings: Parameters<typeof parseConfig>[0], accuracy: number, phase: RunRecord["phase"] = "finished") =>
  ({ config: parseConfig(settings), final: { "eval/accuracy": accuracy }, phase, step: 60 }) as unknown as RunRecord;
const parity = { task: "parity", algorithm: "grpo" };

test("numbers of the same problems are subtracted, whatever trained on them", () => {
  const [a, b] = [run(parity, 0.75), run({ task: "parity", algorithm: "sft" }, 0.5)];
  expect(sameProblems(a.config, b.config)).toBe(true);
  expect(deltaOf(a, b, "eval/accuracy")).toBe(0.25);
  expect(apartSentence(a, b)).toBeUndefined();
});

test("numbers of another task, or of harder problems of the same one, are not, and it is said why", () => {
  const [a, b] = [run(parity, 0.75), run({ task: "sort", algorithm: "grpo" }, 0.5)];
  expect(deltaOf(a, b, "eval/accuracy")).toBeUndefined();
  expect(apartSentence(a, b)).toMatch(/^another task, Parity/);
  const harder = run({ ...parity, bits: 10 }, 0.5);
  expect(deltaOf(a, harder, "eval/accuracy")).toBeUndefined();
  expect(apartSentence(a, harder)).toMatch(/^other problems of Parity/);
});

test("a run that was stopped, failed or is under way is no baseline", () => {
  for (const phase of ["stopped", "failed", "training", "paused"] as const) {
    expect(canBeBaseline({ phase })).toBe(false);
    expect(deltaOf(run(parity, 0.75), run(parity, 0.5, phase), "eval/accuracy")).toBeUndefined();
  }
});

test("one run's share carries its binomial interval, several seeds their t-interval, and both where they were measured", () => {
  expect(outcomeText([run(parity, 0.7)], "eval/accuracy")).toBe("0.70");
  expect(chanceText([run(parity, 0.7)], "eval/accuracy")).toBe("[0.62, 0.77]");
  expect(chanceText([run(parity, 0.7), run(parity, 0.8)], "eval/accuracy")).toBeUndefined();
  expect(outcomeText([run(parity, 0.7), run(parity, 0.8)], "eval/accuracy")).toBe("0.75 ± 0.64");
  expect(measuredAt([run(parity, 0.7)], "eval/accuracy")).toBe("[0.62, 0.77] at step 60, 128 problems");
  expect(measuredAt([run(parity, 0.7)], "eval/accuracy_sampled")).toBeUndefined();
});

test("on the way a number is of the newest evaluation, not of the newest step", () => {
  const underWay = { ...run({ ...parity, evalEvery: 25 }, 0.7, "training"), step: 60 };
  expect(measuredAt([underWay], "eval/accuracy")).toMatch(/at step 50, 128 problems$/);
  // Of step 50 itself, or still of step 25: both are by step 50.
  expect(measuredAt([{ ...underWay, step: 50 }], "eval/accuracy")).toMatch(/by step 50, 128 problems$/);
  expect(measuredAt([underWay], "eval/accuracy", 25)).toMatch(/at step 25, 128 problems$/);
});
