import type { Reading } from "../experiment/config.ts";
import { experimentIn, queryOf, withStands } from "./hash.ts";

/** What the hash of a link says, each problem named. */
export function fromHash(hash: string): Reading & { readonly presetId: string | undefined } {
  const link = queryOf(hash);
  const reading = experimentIn(link.query);
  return { ...reading, issues: [...link.issues, ...reading.issues].map(withStands) };
}
