import { expect, it, test } from "vitest";
import { entropy } from "./entropy.ts";
import { pick } from "./study.ts";
import { runOf } from "./testRuns.ts";
import { SLOW, trace } from "./testTrace.ts";

test(
  "entropy rises under unweighted expert tokens and stays nearer to where it was under φ",
  async () => {
    const fewer = { steps: 40, evalEvery: 40 };
    const mu = await trace(entropy, "chord-mu", fewer);
    const phi = await trace(entropy, "chord-phi", fewer);
    const raised = pick(mu, "entropy", "initial") + 0.1;
    expect(pick(mu, "entropy", "max")).toBeGreaterThan(raised);
    expect(pick(phi, "entropy", "max")).toBeLessThan(raised);
  },
  SLOW,
);

it("says that entropy rose only of a run in which it did", () => {
  const said = (values: readonly number[]) =>
    entropy.said(runOf({ entropy: values, "eval/accuracy/parity": [0.5, 0.7, 1] }), entropy.arms[1]!);
  expect(said([0.36, 0.51, 0.06])).toBe(
    "The entropy of its own answers rose from 0.36 nats to 0.51 at the most and was 0.06 at the end. The share of right parities rose from 50% to 100%.",
  );
  expect(said([0.36, 0.37, 0.02])).toBe(
    "The entropy of its own answers began at 0.36 nats, never rose much above that and was 0.02 at the end. The share of right parities rose from 50% to 100%.",
  );
});
