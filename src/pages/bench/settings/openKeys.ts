import type { FieldValue, Schema } from "../../../lab/schema.ts";

/** The knobs of one section that a schema declares, in the order of the declaration. */
export function keysOf(schema: Schema, leaveOut: readonly string[] = []): string[] {
  return Object.keys(schema).filter((key) => !leaveOut.includes(key));
}

/** How many of an algorithm's own knobs stand open; the rest wait behind one press. */
const OPEN_KNOBS = 5;

/** The first few knobs, and every other one that somebody has moved. */
export function openKeys(
  keys: readonly string[],
  values: Readonly<Record<string, FieldValue>>,
  defaults: Readonly<Record<string, FieldValue>>,
): readonly string[] {
  return keys.filter((key, index) => index < OPEN_KNOBS || values[key] !== defaults[key]);
}
