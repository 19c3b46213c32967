import { expect, it } from "vitest";
import { noisyExperts } from "./noisyExperts.ts";
import { runOf } from "./testRuns.ts";

it("says of the share of right answers what the run shows, whichever way it went", () => {
  const said = (accuracy: readonly number[]) =>
    noisyExperts.said(runOf({ "eval/accuracy": accuracy }), noisyExperts.arms[2]!);
  expect(said([0.5, 0.8, 1])).toBe("The share of right answers rose from 50% to 100%.");
  expect(said([0.6, 0.5, 0.4])).toBe("The share of right answers fell from 60% to 40%.");
  expect(said([0.5, 0.52, 0.51])).toBe("The share of right answers stayed near 51%.");
});
