import { expect, it, test } from "vitest";
import { dataDistance } from "./dataDistance.ts";
import { pick } from "./study.ts";
import { runOf } from "./testRuns.ts";
import { SLOW, trace } from "./testTrace.ts";

test(
  "answers far from the policy break what near ones improve",
  async () => {
    const fewer = { evalEvery: 60, evalProblems: 128 };
    const [near, far] = [await trace(dataDistance, "hinted", fewer), await trace(dataDistance, "expert", fewer)];
    expect(pick(near, "cll/demos/mean", "initial")).toBeGreaterThan(-0.2);
    expect(pick(far, "cll/demos/mean", "initial")).toBeLessThan(-2);
    const [up, down] = [near, far].map((run) => pick(run, "eval/accuracy/sort", "final"));
    expect(up).toBeGreaterThan(pick(near, "eval/accuracy/sort", "initial"));
    expect(down).toBeLessThan(0.3);
  },
  SLOW,
);

it("says how far the answers lay and what became of both kinds, whichever way they went", () => {
  const said = (cll: readonly number[], sort: readonly number[], parity: readonly number[]) =>
    dataDistance.said(
      runOf({ "cll/demos/mean": cll, "eval/accuracy/sort": sort, "eval/accuracy/parity": parity }),
      dataDistance.arms[0]!,
    );
  expect(said([0.12, 0.06, 0.04], [0.66, 0.9, 0.95], [1, 1, 0.98])).toBe(
    "At the first step the answers taught had a mean CLL of 0.12 nats, at the last 0.04. The share of rightly sorted problems rose from 66% to 95%. That of right parities, which nothing showed, stayed near 98%.",
  );
  expect(said([-4.7, -2, -0.9], [0.66, 0.1, 0], [1, 0.7, 0.4])).toBe(
    "At the first step the answers taught had a mean CLL of −4.70 nats, at the last −0.90. The share of rightly sorted problems fell from 66% to 0%. That of right parities, which nothing showed, fell from 100% to 40%.",
  );
});
