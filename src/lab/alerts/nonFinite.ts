import type { Detector } from "./alert.ts";

/** A number that is none: the run has stopped, before it could spoil the weights' history. */
export const nonFinite: Detector = {
  id: "non-finite",
  title: "Not a number",
  charts: ["loss"],
  find({ failure }) {
    if (!failure || !/must be finite/.test(failure.message)) return [];
    return [
      {
        from: failure.step,
        meaning: `${failure.message.split(". ")[0]}. An update was too large for the arithmetic, and everything after it would be noise: the run was stopped there.`,
        advice:
          "Try a lower learning rate, a longer warm-up, a gradient clip of 1 or less, or a larger Adam ε. The steps before this one are good.",
      },
    ];
  },
};
