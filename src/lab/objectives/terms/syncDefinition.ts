import type { Defining } from "../objective.ts";

const FIXED_REFERENCE: Defining = {
  otherwise: ({ referenceMode }) => (referenceMode === "mixed" ? "mixed reference" : "synced reference"),
};
const syncWords = (every: unknown) =>
  every === 0 ? "never synced" : every === 1 ? "synced every step" : `s = ${every}`;
const syncDefinition = (syncEvery: Omit<Defining, "otherwise">): Readonly<Record<string, Defining>> => ({
  syncEvery: { ...syncEvery, otherwise: (settings) => syncWords(settings.syncEvery) },
  referenceMode: FIXED_REFERENCE,
});

/** The generator is the policy itself. */
export const ONLINE = syncDefinition({ value: 1 });
/** The generator follows the policy now and then. */
export const SEMI_ONLINE = syncDefinition({ value: 10, within: ({ syncEvery }) => Number(syncEvery) > 1 });
