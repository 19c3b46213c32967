import { OBJECTIVES } from "../../lab/objectives/index.ts";
import type { AnyObjective, Family } from "../../lab/objectives/objective.ts";

interface FamilyText {
  readonly id: Family;
  readonly title: string;
  /** What its algorithms learn from. */
  readonly sentence: string;
  /** Why one reads it here, with marked words as in `textPieces`. */
  readonly why: string;
}

/** The families in the order in which they are read. */
export const FAMILIES: readonly FamilyText[] = [
  {
    id: "imitate",
    title: "Imitate",
    sentence: "Learn from somebody's answers; no reward is needed.",
    why: "Begin here: one weight for each [token] of a [demonstration]. What differs is how the weight depends on the token's probability and on the [entropy].",
  },
  {
    id: "reinforce",
    title: "Reinforce",
    sentence: "Learn from the rewards of one's own answers.",
    why: "The same weight, now from the [reward]: the [advantage] of the whole answer, until a token's [ratio] leaves its range.",
  },
  {
    id: "mix",
    title: "Mix",
    sentence: "Learn from an expert's answers and from one's own rewarded ones at the same time.",
    why: "The two before, added up: [mu] says how much the [expert] counts.",
  },
  {
    id: "prefer",
    title: "Prefer",
    sentence: "Learn from pairs of a better and a worse answer.",
    why: "[preferencePair|Preference pairs] instead of rewards: both answers of a pair are pushed apart, the less the wider their [margin] is.",
  },
];

/** The algorithms of a family in the order of the menu, variants last. */
export function algorithmsIn(family: Family): readonly AnyObjective[] {
  const all = OBJECTIVES.filter((objective) => objective.family === family);
  return [...all.filter(({ isVariant }) => !isVariant), ...all.filter(({ isVariant }) => isVariant)];
}
