import type { Reading } from "../experiment/config.ts";
import type { Field, FieldValue } from "../schema.ts";
import { experimentIn, queryOf, withStands } from "./hash.ts";

/** What the hash of a link says, each problem named. */
export function fromHash(hash: string): Reading & { readonly presetId: string | undefined } {
  const link = queryOf(hash);
  const reading = experimentIn(link.query);
  return { ...reading, issues: [...link.issues, ...reading.issues].map(withStands) };
}

/** Any value of a field, from one random number: the arbitraries of fifty fields would cost more than what is tested. */
export function rolled(field: Field, dice: number): FieldValue {
  if (field.kind === "flag") return dice < 0.5;
  if (field.kind === "choice") return field.options![Math.floor(dice * field.options!.length)]!.value;
  if (field.kind === "curve") return field.read(dice < 0.5 ? "" : `3-${dice}_${10 + Math.floor(90 * dice)}-0.5`);
  if (field.kind === "text") return TEXTS[Math.floor(dice * TEXTS.length)]!;
  const { min, max, offUpTo = 0 } = field.range!;
  if (field.kind === "int") return min + Math.floor(dice * (max - min + 1));
  const value = min + dice * (max - min);
  return value > 0 && value <= offUpTo ? 0 : value;
}

/** What every text may be, those that name something by a hash too. */
export const TEXTS = ["", "00112233445566ff"] as const;
