import { advise, type Setting } from "./advice.ts";
import type { Detector } from "./alert.ts";
import { episodes, measuredOf } from "./episodes.ts";
import { solvedIn } from "./success.ts";

const ENTER = 0.1;
const LEAVE = 0.2;

const REMEDIES = [
  { words: "larger groups" },
  { words: "a higher temperature", fits: (setting: Setting) => Number(setting("temperature") ?? 2) < 2 },
  { words: "problems that the policy solves about half of the time" },
];

/** Hardly a prompt gives a pair of a better and a worse answer. */
export const pairFamine: Detector = {
  id: "pair-famine",
  title: "Too few pairs",
  charts: ["pairs", "pair-yield"],
  find({ config, metrics }) {
    const rule = { enters: (value: number) => value < ENTER, leaves: (value: number) => value > LEAVE, patience: 3 };
    const found = episodes(measuredOf(metrics, "pairs/valid_frac"), rule);
    return found
      .filter((episode) => !solvedIn(config, metrics, episode))
      .map((episode) => ({
        ...episode,
        meaning:
          "Fewer than one prompt in ten gave a better and a worse answer: the others' answers all earned the same. The few pairs that are left decide every update.",
        advice: advise(config, episode.from, REMEDIES),
      }));
  },
};
