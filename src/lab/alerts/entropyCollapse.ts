import { advise, coefficient, type Setting } from "./advice.ts";
import type { Detector } from "./alert.ts";
import { episodes, measuredOf, median } from "./episodes.ts";
import { solvedIn } from "./success.ts";

/** Steps whose median is what the policy's entropy is compared with. */
const BASE = 10;
const ENTER = 0.2;
const LEAVE = 0.35;
/** A policy that began nearly certain has nothing to collapse from. */
const LEAST = 0.05;

const REMEDIES = [
  ...coefficient("entropyCoef", "entropy coefficient"),
  { words: "a higher temperature", fits: (setting: Setting) => Number(setting("temperature") ?? 2) < 2 },
  { words: "a lower learning rate" },
  {
    words: "expert tokens weighted by φ = p(1−p), which push most where the policy hesitates",
    fits: (setting: Setting) => setting("tokenWeight") === "none",
  },
];

/**
 * The policy writes the same answers again and again: its entropy has fallen to a fifth of what it was, and its task is not
 * solved. A policy that is right nearly always may be certain.
 */
export const entropyCollapse: Detector = {
  id: "entropy-collapse",
  title: "Entropy collapse",
  charts: ["entropy"],
  find({ config, metrics }) {
    const values = measuredOf(metrics, "entropy");
    if (values.length <= BASE) return [];
    const base = median(values.slice(0, BASE).map(({ value }) => value));
    if (base < LEAST) return [];
    const rule = {
      enters: (value: number) => value < ENTER * base,
      leaves: (value: number) => value > LEAVE * base,
      patience: 5,
    };
    const found = episodes(values.slice(BASE), rule).filter((episode) => !solvedIn(config, metrics, episode));
    return found.map((episode) => ({
      ...episode,
      meaning: `The policy's own answers are nearly certain: entropy fell below a fifth of the ${base.toFixed(2)} nats it began with. Answers that it does not write by itself are hardly ever tried, so reward cannot find them.`,
      advice: advise(config, episode.from, REMEDIES),
    }));
  },
};
