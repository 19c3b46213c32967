import { objectiveById } from "../objectives/index.ts";
import type { Objective } from "../objectives/objective.ts";
import type { AnyValues, Schema } from "../schema.ts";
import { flatten, type RunConfig, schemaOf } from "./config.ts";
import { departures } from "./definition.ts";

const names = new WeakMap<RunConfig, string>();

/** What a config trains: the algorithm's title, and what of its definition does not hold, e.g. "CHORD-φ, weights off". */
export function nameOf(config: RunConfig): string {
  const known = names.get(config);
  if (known !== undefined) return known;
  const name = nameUnder(objectiveById(config.algorithm), schemaOf(config), flatten(config));
  names.set(config, name);
  return name;
}

/** The same of an algorithm under settings that include every one of `schema`. */
export function nameUnder(
  objective: Pick<Objective, "id" | "title" | "defines">,
  schema: Schema,
  settings: AnyValues,
): string {
  const words = departures(objective, schema, settings).map(({ words }) => words);
  return [objective.title, ...new Set(words)].join(", ");
}
