import { expect, it, test } from "vitest";
import { shift } from "./shift.ts";
import { pick, recovery, valuesOf } from "./study.ts";
import { runOf } from "./testRuns.ts";
import { SLOW, trace } from "./testTrace.ts";

test(
  "SFT breaks the policy's own style first, teaches the expert's after, and learns 64 answers by heart",
  async () => {
    const sft = await trace(shift, "sft", { evalEvery: 20, evalProblems: 64 });
    const accuracy = valuesOf(sft, "eval/accuracy/sort");
    expect(Math.min(...accuracy)).toBeLessThan(accuracy[0]! / 2);
    expect(recovery(accuracy)).toBeGreaterThan(0.1 * accuracy[0]!);
    // The loss on held-out expert answers turns up while the training loss still falls.
    expect(pick(sft, "eval/nll", "final")).toBeGreaterThan(pick(sft, "eval/nll", "min") + 0.1);
    expect(pick(sft, "nll", "final")).toBeLessThan(0.1);
    // What it was not trained on is forgotten.
    expect(pick(sft, "eval/accuracy/parity", "final")).toBeLessThan(pick(sft, "eval/accuracy/parity", "initial") / 2);
  },
  SLOW,
);

it("says that the held-out loss turned up, and that parities were forgotten, only of a run in which they did", () => {
  const said = (sort: readonly number[], nll: readonly number[], parity: readonly number[]) =>
    shift.said(runOf({ "eval/accuracy/sort": sort, "eval/nll": nll, "eval/accuracy/parity": parity }), shift.arms[0]!);
  expect(said([0.66, 0.02, 0.28], [6.3, 0.71, 1.06], [1, 0.4, 0.1])).toBe(
    "The share of rightly sorted problems fell from 66% to 2% and came back to 28%. The loss on held-out answers fell from 6.30 nats to 0.71 and turned up to 1.06. The share of right parities, which it was not shown, fell from 100% to 10%.",
  );
  expect(said([0.66, 0.8, 0.9], [0.3, 0.2, 0.1], [1, 0.99, 0.98])).toBe(
    "The share of rightly sorted problems rose from 66% to 90%. The loss on held-out answers, in nats, fell from 0.30 to 0.10. The share of right parities, which it was not shown, stayed near 98%.",
  );
});
