import { expect, it, test } from "vitest";
import { phi } from "./phi.ts";
import { pick } from "./study.ts";
import { runOf } from "./testRuns.ts";
import { SLOW, trace } from "./testTrace.ts";

test(
  "under φ most of the expert's tokens and its slips are left alone, and more answers are right",
  async () => {
    const fewer = { evalEvery: 80 };
    const [weighted, off] = [await trace(phi, "phi", fewer), await trace(phi, "off", fewer)];
    const arms = { phi: weighted, off };
    for (const claim of phi.claims.slice(0, 3)) expect(claim.margin(arms), claim.sentence).toBeGreaterThan(0);
    expect(pick(off, "token_weight/p50", "final")).toBe(0.5);
  },
  SLOW,
);

it("says which weights the expert's tokens had, and of a run without an expert nothing of them", () => {
  const said = (metrics: Parameters<typeof runOf>[0]) => phi.said(runOf(metrics), phi.arms[0]!);
  const accuracy = [0.5, 0.8, 0.97];
  const rose = "The share of right answers among sampled ones rose from 50% to 97%.";
  expect(said({ "eval/accuracy_sampled": accuracy })).toBe(rose);
  expect(
    said({ "eval/accuracy_sampled": accuracy, "token_weight/p50": [0.02, 0.001], "token_weight/p95": [0.12, 0.04] }),
  ).toBe(
    `${rose} In the last step every second token of the expert had a weight under 0.01, and of twenty all but one a weight of at most 0.04.`,
  );
});
