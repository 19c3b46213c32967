import type { Detector } from "./alert.ts";

/** Slower than this share of the pace before is worth a word. */
const SLOWED = 0.6;

/** Browsers give little time to a tab that nobody sees. Numbers do not suffer from it, waiting does. */
export const hiddenTab: Detector = {
  id: "hidden-tab",
  title: "Hidden tab slowed",
  charts: ["accuracy", "reward", "loss"],
  find({ hidden = [] }) {
    return hidden
      .filter(({ before, during }) => before !== undefined && during !== undefined && during < SLOWED * before)
      .map(({ from, until, before, during }) => ({
        ...{ from, until },
        meaning: `While this tab was hidden the run went at ${during!.toFixed(1)} steps a second instead of ${before!.toFixed(1)}: browsers give little time to what nobody sees. The numbers are the same as ever.`,
        advice:
          "Keep the tab visible, in a window of its own if you like. A run of several hours is better off in a terminal: npm run lab -- train.",
      }));
  },
};
