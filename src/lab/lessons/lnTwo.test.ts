import { expect, it, test } from "vitest";
import { lnTwo } from "./lnTwo.ts";
import { runOf } from "./testRuns.ts";
import { SLOW, trace } from "./testTrace.ts";

test(
  "the loss stands at ln 2 under a reference that follows, leaves it under one that does not, and the policy learns under both",
  async () => {
    const fewer = { evalEvery: 40 };
    const [synced, s10, fixed] = [
      await trace(lnTwo, "synced", fewer),
      await trace(lnTwo, "s10", { ...fewer, steps: 11 }),
      await trace(lnTwo, "fixed", fewer),
    ];
    const [stays, comesBack, learns] = lnTwo.claims.map((claim) => claim.margin({ synced, s10, fixed }));
    expect(stays).toBeGreaterThan(0);
    expect(comesBack).toBeGreaterThan(0);
    expect(learns).toBeGreaterThan(0);
    // The same of a reference at rest would be false.
    expect(lnTwo.claims[0]!.margin({ synced: fixed })).toBeLessThan(0);
    expect(lnTwo.claims[1]!.margin({ s10: fixed })).toBeLessThan(0);
  },
  SLOW,
);

it("says that the loss stood still only of a run in which it did, steps without a pair left out", () => {
  const said = (loss: readonly number[], pairs: readonly number[]) =>
    lnTwo.said(runOf({ loss, "pairs/count": pairs, "eval/accuracy_sampled": [0.6, 0.8, 0.97] }), lnTwo.arms[0]!);
  const rose = "The share of right answers among sampled ones rose from 60% to 97%.";
  expect(said([Math.LN2, Math.LN2, 0], [9, 7, 0])).toBe(
    `The loss stood at 0.693 = ln 2 at every step that had a pair. ${rose}`,
  );
  expect(said([Math.LN2, 0.71, 0.52], [9, 7, 4])).toBe(`The loss moved between 0.52 and 0.71. ${rose}`);
  expect(said([Math.LN2, 0.71, 0.52, 0], [9, 7, 4, 0])).toBe(`The loss moved between 0.52 and 0.71. ${rose}`);
});
