import type { RunConfig } from "../../experiment/config.ts";
import { objectiveById } from "../../objectives/index.ts";
import { imitation } from "./imitation.ts";
import { preference } from "./preference.ts";
import type { Counterpart } from "./recipe.ts";
import { reinforcement } from "./reinforcement.ts";

/** What TRL has for one phase of an experiment. */
export function counterpartOf(config: RunConfig): Counterpart {
  const { feeds } = objectiveById(config.algorithm);
  if (feeds.includes("rollouts")) return reinforcement(config);
  if (feeds.includes("demos")) return imitation(config);
  return preference(config);
}
