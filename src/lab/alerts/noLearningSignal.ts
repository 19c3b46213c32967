import { advise, type Setting } from "./advice.ts";
import type { Detector } from "./alert.ts";
import { episodes, type Measured, measuredOf } from "./episodes.ts";
import { solvedIn } from "./success.ts";

const ENTER = 0.95;
const LEAVE = 0.8;

const WHERE_RIGHT = [{ words: "harder problems" }, { words: "larger groups" }];
const WHERE_WRONG = [
  { words: "easier problems" },
  { words: "larger groups" },
  { words: "a higher temperature", fits: (setting: Setting) => Number(setting("temperature") ?? 2) < 2 },
  {
    words: "an expert's demonstrations first (SFT or CHORD)",
    fits: (setting: Setting) => setting("demoBatch") === undefined,
  },
];

/** Every answer of a group got the same reward, so that no answer is better than another and nothing is learned. */
export const noLearningSignal: Detector = {
  id: "no-learning-signal",
  title: "No learning signal",
  charts: ["reward", "groups-without-a-signal"],
  find({ config, metrics }) {
    const rule = { enters: (value: number) => value >= ENTER, leaves: (value: number) => value < LEAVE, patience: 3 };
    const rewards = measuredOf(metrics, "reward");
    const found = episodes(measuredOf(metrics, "frac_reward_zero_std"), rule);
    return found
      .filter((episode) => !solvedIn(config, metrics, episode))
      .map((episode) => {
        const right = rewardAt(rewards, episode.from) > 0.5;
        return {
          ...episode,
          meaning: `In nearly every group all answers got the same reward, mostly ${right ? "right ones" : "wrong ones"}. An answer is only compared with its group, so in these groups every advantage is 0: own answers teach next to nothing.`,
          advice: right
            ? advise(config, episode.from, WHERE_RIGHT)
            : `In hardly any group did one answer beat another. ${advise(config, episode.from, WHERE_WRONG)}`,
        };
      });
  },
};

function rewardAt(rewards: readonly Measured[], step: number): number {
  return rewards.findLast((reward) => reward.step <= step)?.value ?? 0;
}
