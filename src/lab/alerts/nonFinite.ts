import { advise, type Setting } from "./advice.ts";
import type { Detector } from "./alert.ts";

const REMEDIES = [
  { words: "a lower learning rate" },
  { words: "a longer warm-up" },
  {
    words: "a gradient clip of 1 or less",
    fits: (setting: Setting) => Number(setting("clipNorm")) === 0 || Number(setting("clipNorm")) > 1,
  },
  { words: "a larger Adam ε" },
];

/** A number that is none: the run has stopped, before it could spoil the weights' history. */
export const nonFinite: Detector = {
  id: "non-finite",
  title: "Not a number",
  charts: ["loss"],
  find({ config, failure }) {
    if (!failure || !/must be finite/.test(failure.message)) return [];
    return [
      {
        from: failure.step,
        meaning: `${failure.message.split(". ")[0]}. An update was too large for the arithmetic, and everything after it would be noise: the run was stopped there.`,
        advice: advise(config, failure.step, REMEDIES, "The steps before this one are good."),
      },
    ];
  },
};
