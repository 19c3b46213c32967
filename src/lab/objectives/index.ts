import type { AnyValues } from "../schema.ts";
import { chordMu, chordPhi } from "./chord.ts";
import { grpo } from "./grpo.ts";
import type { Assignment, Clock, Feeds, Objective, Scores } from "./objective.ts";
import { sft } from "./sft.ts";

/** An objective whose feeds and knobs are known only at run time: what trainer, page and command line hold. */
export interface AnyObjective extends Omit<Objective, "assign" | "needs" | "reads"> {
  needs?(params: AnyValues): ReturnType<NonNullable<Objective["needs"]>>;
  reads?(params: AnyValues): ReturnType<NonNullable<Objective["reads"]>>;
  assign(scores: Partial<Scores>, feeds: Partial<Feeds>, params: AnyValues, clock: Clock): AnyAssignment;
}

export type AnyAssignment = Omit<Assignment, "credit"> & { readonly credit: Partial<Assignment["credit"]> };

/** Every algorithm, in the order of the menu. A new one is its file and a line here. */
const objectives = [sft, grpo, chordMu, chordPhi] as const;

// Each entry reads exactly the feeds it names and the knobs it declares; callers build both from those declarations.
export const OBJECTIVES = objectives as unknown as readonly AnyObjective[];

/** @throws {RangeError} naming every id. */
export function objectiveById(id: string): AnyObjective {
  const found = OBJECTIVES.find((objective) => objective.id === id);
  if (found) return found;
  const ids = OBJECTIVES.map((objective) => objective.id).join(", ");
  throw new RangeError(`Algorithm must be one of ${ids}, got ${JSON.stringify(id)}.`);
}
