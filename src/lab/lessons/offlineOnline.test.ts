import { expect, it, test } from "vitest";
import { offlineOnline } from "./offlineOnline.ts";
import { pick, type Trace } from "./study.ts";
import { runOf } from "./testRuns.ts";
import { SLOW, trace } from "./testTrace.ts";

test(
  "offline DPO stays below online DPO, its chosen answers less likely than they were",
  async () => {
    const fewer = { evalEvery: 80 };
    const offline = await trace(offlineOnline, "offline", fewer);
    const online = await trace(offlineOnline, "s1", fewer);
    const end = (run: Trace) => pick(run, "eval/accuracy_sampled", "final");
    expect(end(online)).toBeGreaterThan(pick(online, "eval/accuracy_sampled", "initial") + 0.2);
    expect(end(offline)).toBeLessThan(end(online));
    expect(pick(offline, "rewards/chosen", "final")).toBeLessThan(0);
  },
  SLOW,
);

it("says of the chosen answers only what a run with pairs measured", () => {
  const said = (metrics: Parameters<typeof runOf>[0]) => offlineOnline.said(runOf(metrics), offlineOnline.arms[0]!);
  const accuracy = [0.6, 0.8, 0.97];
  const rose = "The share of right answers among sampled ones rose from 60% to 97%.";
  expect(said({ "eval/accuracy_sampled": accuracy })).toBe(rose);
  expect(said({ "eval/accuracy_sampled": accuracy, "rewards/chosen": [0, 0.1] })).toBe(
    `${rose} At the last step its chosen answers were likelier than under the starting policy.`,
  );
  expect(said({ "eval/accuracy_sampled": accuracy, "rewards/chosen": [0, -0.1] })).toBe(
    `${rose} At the last step its chosen answers were no likelier than under the starting policy.`,
  );
});
