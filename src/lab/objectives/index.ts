import { chordMu, chordPhi } from "./chord.ts";
import { dpoOffline, dpoOnline, dpoSemiOnline } from "./dpo.ts";
import { dpoGrpo, groupDpo } from "./groupDpo.ts";
import { grpo } from "./grpo.ts";
import { hinted } from "./hinted.ts";
import { idft } from "./idft.ts";
import { iwSft } from "./iwSft.ts";
import { kto } from "./kto.ts";
import type { Objective } from "./objective.ts";
import { orpo } from "./orpo.ts";
import { psft } from "./psft.ts";
import { sft } from "./sft.ts";
import { simpo } from "./simpo.ts";
import { dft, eaft, phiVariants } from "./weighted.ts";

/** Every algorithm, in the order of the menu. A new one is its file and a line here. */
const objectives = [
  ...[sft, dft, idft, eaft, iwSft, psft, hinted],
  ...phiVariants,
  ...[chordMu, chordPhi],
  grpo,
  ...[dpoOffline, dpoSemiOnline, dpoOnline, groupDpo, dpoGrpo],
  ...[simpo, orpo, kto],
] as const;

// Each entry reads exactly the feeds it names and the knobs it declares; callers build both from those declarations.
export const OBJECTIVES = objectives as readonly unknown[] as readonly Objective[];

/** The algorithm of an experiment that names none. */
export const DEFAULT_ALGORITHM = grpo.id;

/** @throws {RangeError} naming every id. */
export function objectiveById(id: string): Objective {
  const found = OBJECTIVES.find((objective) => objective.id === id);
  if (found) return found;
  const ids = OBJECTIVES.map((objective) => objective.id).join(", ");
  throw new RangeError(`Algorithm must be one of ${ids}, got ${JSON.stringify(id)}.`);
}
