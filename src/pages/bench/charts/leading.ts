import { ACCURACY, ENTROPY, LOSS, REWARD } from "../../../charts/specs.ts";
import type { RunConfig } from "../../../lab/experiment/config.ts";
import { headlineOf } from "../../../lab/lessons/headline.ts";
import type { Panel } from "../../../lab/link/view.ts";
import { objectiveById } from "../../../lab/objectives/index.ts";
import type { Family } from "../../../lab/objectives/objective.ts";

/** So many charts lead; the others recede. */
export const LEADING = 2;

const HEADLINES: readonly (readonly [Panel, typeof ACCURACY])[] = [
  ["accuracy", ACCURACY],
  ["entropy", ENTROPY],
  ["loss", LOSS],
  ["reward", REWARD],
];

/** What a family of algorithms is watched by beside its headline. */
const BESIDE: Readonly<Record<Family, Panel>> = {
  imitate: "loss",
  mix: "entropy",
  reinforce: "entropy",
  prefer: "own",
};

/** The charts that lead: the one that shows the headline of the experiment, and the one that its algorithm is watched by. */
export function leadsOf(config: RunConfig): readonly Panel[] {
  const headline = headlineOf(config);
  const [first] = HEADLINES.find(([, { series }]) => series.some(({ metric }) => metric === headline)) ?? [
    headline.startsWith("eval/accuracy") ? "accuracy" : "reward",
  ];
  const beside = BESIDE[objectiveById(config.algorithm).family];
  return [...new Set<Panel>([first, beside, "accuracy"])];
}

/**
 * The panels that lead, of those there are: what the reader chose, else the first ones that a link asks for, else the
 * experiment's own; filled up from what there is.
 */
export function leadingOf(
  there: readonly Panel[],
  chosen: readonly Panel[],
  asked: readonly Panel[],
  own: readonly Panel[],
): readonly Panel[] {
  const ranked = new Set([...chosen, ...(asked.length > 0 ? asked : own), ...there]);
  return [...ranked].filter((panel) => there.includes(panel)).slice(0, LEADING);
}
