import type { StartingPoint } from "../draftStore.ts";
import type { Library } from "./library.ts";

/** The weights of a kept run as what another run starts from; undefined where they are gone. */
export async function startingPointOf(library: Library, id: string): Promise<StartingPoint | undefined> {
  const kept = await library.checkpoint(id);
  const record = library.find(id);
  return kept && record && { id: record.id, name: record.name, step: kept.stored.step, weights: kept.bytes };
}
