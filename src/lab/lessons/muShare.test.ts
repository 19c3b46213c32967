import { expect, it, test } from "vitest";
import { muShare } from "./muShare.ts";
import { pick } from "./study.ts";
import { runOf } from "./testRuns.ts";
import { SLOW, trace } from "./testTrace.ts";

test(
  "a share that falls ends above one that stays at a half, whose slips are imitated to the end",
  async () => {
    const fewer = { evalEvery: 80 };
    const falls = await trace(muShare, "falls", fewer);
    const stays = await trace(muShare, "stays-5", fewer);
    expect(pick(falls, "eval/accuracy_sampled", "final")).toBeGreaterThan(0.9);
    expect(muShare.claims[2]!.margin({ falls, "stays-5": stays })).toBeGreaterThan(0.05);
    expect(pick(falls, "mu", "initial")).toBeCloseTo(0.9, 2);
    expect(pick(stays, "mu", "max")).toBe(0.5);
  },
  SLOW,
);

it("says how the share moved, whichever way it went", () => {
  const said = (accuracy: readonly number[], mu: readonly number[]) =>
    muShare.said(runOf({ "eval/accuracy_sampled": accuracy, mu }), muShare.arms[0]!);
  expect(said([0.5, 0.9, 0.98], [0.9, 0.4, 0.05])).toBe(
    "The share of right answers among sampled ones rose from 50% to 98%. The expert's share µ fell from 0.90 to 0.05.",
  );
  expect(said([0.5, 0.6, 0.52], [0.02, 0.02, 0.02])).toBe(
    "The share of right answers among sampled ones rose from 50% to 60% and fell back to 52%. The expert's share µ stayed near 0.02.",
  );
});
