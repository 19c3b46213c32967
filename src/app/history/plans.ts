import { type RunConfig, withSettings } from "../../lab/experiment/config.ts";
import { nameOf } from "../../lab/experiment/name.ts";
import { algorithmsOf } from "../../lab/experiment/phases.ts";
import type { Group } from "../../lab/record/runRecord.ts";
import { changed, type Draft } from "../draftStore.ts";

/** One run of a plan. */
export interface Planned {
  readonly config: RunConfig;
  readonly name: string;
}

/** Runs that are asked for together. */
interface Plan {
  readonly group: Group;
  readonly runs: readonly Planned[];
}

/** One experiment under `count` seeds from its own upwards. */
export function seedsPlan(config: RunConfig, count: number, id: string): Plan {
  const title = algorithmsOf(config);
  const first = config.start.seed;
  return {
    group: { id, kind: "seeds", name: `${title}, ${count} seeds`, size: count },
    runs: Array.from({ length: count }, (_, i) => ({
      config: withSettings(config, { seed: first + i }),
      name: `${title}, seed ${first + i}`,
    })),
  };
}

/** The draft under each of these algorithms. */
export function racePlan(draft: Draft, algorithms: readonly string[], id: string): Plan {
  const size = algorithms.length;
  return {
    group: { id, kind: "race", name: `race of ${size} algorithms`, size },
    runs: algorithms.map((algorithm) => {
      const { config } = changed(draft, { algorithm });
      return { config, name: nameOf(config) };
    }),
  };
}
