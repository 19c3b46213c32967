import type { Detector } from "./alert.ts";
import { episodes, measuredOf } from "./episodes.ts";

const ENTER = 0.1;
const LEAVE = 0.2;

/** Hardly a prompt gives a pair of a better and a worse answer. */
export const pairFamine: Detector = {
  id: "pair-famine",
  title: "Pair famine",
  charts: ["pairs", "pair-yield"],
  find({ metrics }) {
    const rule = { enters: (value: number) => value < ENTER, leaves: (value: number) => value > LEAVE, patience: 3 };
    return episodes(measuredOf(metrics, "pairs/valid_frac"), rule).map((episode) => ({
      ...episode,
      meaning:
        "Fewer than one prompt in ten gave a right and a wrong answer to prefer between: the others were all right or all wrong. The few pairs that are left decide every update.",
      advice:
        "Try larger groups, a higher temperature, or problems that the policy solves about half of the time. With pairs by best and worst reward, graded rewards give more of them.",
    }));
  },
};
