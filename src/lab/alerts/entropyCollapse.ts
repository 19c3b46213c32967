import type { Detector } from "./alert.ts";
import { episodes, measuredOf, median } from "./episodes.ts";

/** Steps whose median is what the policy's entropy is compared with. */
const BASE = 10;
const ENTER = 0.2;
const LEAVE = 0.35;
/** A policy that began nearly certain has nothing to collapse from. */
const LEAST = 0.05;

/** The policy writes the same answers again and again: its entropy has fallen to a fifth of what it was. */
export const entropyCollapse: Detector = {
  id: "entropy-collapse",
  title: "Entropy collapse",
  charts: ["entropy"],
  find({ metrics }) {
    const values = measuredOf(metrics, "entropy");
    if (values.length <= BASE) return [];
    const base = median(values.slice(0, BASE).map(({ value }) => value));
    if (base < LEAST) return [];
    const rule = {
      enters: (value: number) => value < ENTER * base,
      leaves: (value: number) => value > LEAVE * base,
      patience: 5,
    };
    return episodes(values.slice(BASE), rule).map((episode) => ({
      ...episode,
      meaning: `The policy's own answers are nearly certain: entropy fell below a fifth of the ${base.toFixed(2)} nats it began with. It has stopped exploring, so a better answer that it does not write by itself can no longer be found.`,
      advice:
        "Try an entropy coefficient above 0, a higher temperature, a lower learning rate, or expert tokens weighted by φ = p(1−p), which push most where the policy hesitates.",
    }));
  },
};
