import type { Detector } from "./alert.ts";
import { episodes, type Measured, measuredOf } from "./episodes.ts";

const ENTER = 0.95;
const LEAVE = 0.8;

/** Every answer of a group got the same reward, so that no answer is better than another and nothing is learned. */
export const noLearningSignal: Detector = {
  id: "no-learning-signal",
  title: "No learning signal",
  charts: ["reward", "groups-without-a-signal"],
  find({ metrics }) {
    const rule = { enters: (value: number) => value >= ENTER, leaves: (value: number) => value < LEAVE, patience: 3 };
    const rewards = measuredOf(metrics, "reward");
    return episodes(measuredOf(metrics, "frac_reward_zero_std"), rule).map((episode) => {
      const right = rewardAt(rewards, episode.from) > 0.5;
      return {
        ...episode,
        meaning: `In nearly every group all answers got the same reward, mostly ${right ? "right ones" : "wrong ones"}. An answer is only compared with its group, so every advantage is 0 and the weights stand still.`,
        advice: right
          ? "The problems are solved: try harder ones, or a lower learning rate and an end to the run."
          : "Nothing right was found to reinforce: try easier problems, larger groups, a higher temperature, or an expert's demonstrations first (SFT or CHORD).",
      };
    });
  },
};

function rewardAt(rewards: readonly Measured[], step: number): number {
  return rewards.findLast((reward) => reward.step <= step)?.value ?? 0;
}
