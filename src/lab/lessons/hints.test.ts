import { expect, it, test } from "vitest";
import { hints } from "./hints.ts";
import { pick } from "./study.ts";
import { runOf } from "./testRuns.ts";
import { SLOW, trace } from "./testTrace.ts";

test(
  "its own right answers cure the policy of its habit, where the expert's break what it can do",
  async () => {
    const fewer = { steps: 30, evalEvery: 30, evalProblems: 64 };
    const [hinted, expert] = [await trace(hints, "hinted", fewer), await trace(hints, "expert", fewer)];
    const end = (run: typeof hinted) => pick(run, "eval/accuracy", "final");
    expect(end(hinted)).toBeGreaterThan(0.8);
    expect(end(expert)).toBeLessThan(end(hinted) - 0.4);
    expect(pick(hinted, "kl/start", "final")).toBeLessThan(pick(expert, "kl/start", "final"));
  },
  SLOW,
);

it("says where the demonstrations came from, of a run that had any of its own", () => {
  const said = (metrics: Parameters<typeof runOf>[0]) =>
    hints.said(runOf({ "eval/accuracy": [0.14, 0.6, 0.98], ...metrics }), hints.arms[0]!);
  const rose = "The share of right answers rose from 14% to 98%.";
  expect(said({})).toBe(rose);
  expect(said({ "hinted/own_frac": [0.25], "hinted/hinted_frac": [0.73] })).toBe(
    `Of the 64 problems it had answered 25% right by itself, and another 73% with the solution shown: it learned from these. ${rose}`,
  );
  expect(said({ "hinted/own_frac": [0.25], "hinted/hinted_frac": [0] })).toBe(
    `Of the 64 problems it had answered 25% right by itself: it learned from these. ${rose}`,
  );
});
