import { expect, test } from "vitest";
import { shift } from "./shift.ts";
import { pick, recovery, valuesOf } from "./study.ts";
import { SLOW, trace } from "./testTrace.ts";

test(
  "SFT breaks the policy's own style first, teaches the expert's after, and learns 128 answers by heart",
  async () => {
    // Half the study's answers at a higher rate: it overfits after 100 steps, not after 200 of twice the size.
    const smaller = { demoCount: 128, demoBatch: 32, lr: 5e-4, steps: 140, evalEvery: 20, evalProblems: 64 };
    const sft = await trace(shift, "sft", smaller);
    const accuracy = valuesOf(sft, "eval/accuracy");
    expect(Math.min(...accuracy)).toBeLessThan(accuracy[0]! / 2);
    expect(recovery(accuracy)).toBeGreaterThan(0.1 * accuracy[0]!);
    // The loss on held-out expert answers turns up while the training loss still falls.
    expect(pick(sft, "eval/nll", "final")).toBeGreaterThan(pick(sft, "eval/nll", "min"));
    expect(pick(sft, "nll", "final")).toBeLessThan(0.2);
    // What it was not trained on is forgotten.
    expect(pick(sft, "eval/accuracy/sort", "final")).toBeLessThan(pick(sft, "eval/accuracy/sort", "initial") / 2);
  },
  SLOW,
);
