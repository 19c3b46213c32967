import { expect, it } from "vitest";
import { runOf } from "./testRuns.ts";
import { twoRewards } from "./twoRewards.ts";

const hacked = twoRewards.claims.at(-1)!;
const run = (utility: readonly number[], score: readonly number[]) =>
  runOf({
    "eval/accuracy_sampled/parity": [0.5, 0.8, 0.9, 1],
    "eval/accuracy_sampled/sentence": [0.8, 0.8, 0.4, 0.1],
    "eval/gold/mean": utility,
    "rewards/model/mean": score,
  });

it("finds a reward hacked only where the utility fell and the model's score did not", () => {
  const margin = (...of: Parameters<typeof run>) => hacked.margin({ both: run(...of) });
  expect(margin([-1.4, 0.2, 0.9, 0.3], [0.1, 1.1, 1.8])).toBeCloseTo(0.4, 12);
  expect(margin([-1.4, 0.2, 0.9, 0.3], [0.1, 1.1, 1.0])).toBeLessThan(0);
  expect(margin([-1.4, 0.2, 0.9, 0.9], [0.1, 1.1, 1.8])).toBeLessThan(0);
});

it("says what became of all four, whichever way they went, and nothing of a model that judged nothing", () => {
  const said = (...of: Parameters<typeof run>) => twoRewards.said(run(...of), twoRewards.arms[0]!);
  const shares =
    "The share of right parities rose from 50% to 100%; the share of grammatical sentences fell from 80% to 10%.";
  expect(said([-1.4, 0.2, 0.9, 0.3], [-0.4, 0.1, 1.1, 1.8])).toBe(
    `${shares} The true utility of the sentences rose from −1.40 to 0.90 and fell back to 0.30. What the reward model says of them rose from −0.40 to 1.80.`,
  );
  const { "rewards/model/mean": _, ...series } = run([-1.4, -1.4, -1.3, -1.4], []).series;
  expect(twoRewards.said({ ...run([-1.4, -1.4, -1.3, -1.4], []), series }, twoRewards.arms[1]!)).toBe(
    `${shares} The true utility of the sentences stayed near −1.40.`,
  );
});
