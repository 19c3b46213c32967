import { chordMu, chordPhi } from "./chord.ts";
import { dft } from "./dft.ts";
import { dpoOffline, dpoOnline, dpoSemiOnline } from "./dpo.ts";
import { dpoGrpo, groupDpo } from "./groupDpo.ts";
import { grpo } from "./grpo.ts";
import { hinted } from "./hinted.ts";
import { idft } from "./idft.ts";
import { iwSft } from "./iwSft.ts";
import { kto } from "./kto.ts";
import type { AnyObjective, Family } from "./objective.ts";
import { orpo } from "./orpo.ts";
import { psft } from "./psft.ts";
import { sft } from "./sft.ts";
import { simpo } from "./simpo.ts";
import { PAIR_VIEWS } from "./terms/pairs.ts";
import { CLIPPED_VIEWS } from "./terms/policyGradient.ts";
import { GAMMA_VIEWS } from "./terms/tokenWeight.ts";
import { eaft, phiVariants } from "./weighted.ts";

/** Every algorithm, in the order of the menu. A new one is its file and a line here. */
export const OBJECTIVES: readonly AnyObjective[] = [
  ...[sft.erased, dft.erased, idft.erased, eaft.erased, iwSft.erased, psft.erased, hinted.erased],
  ...phiVariants.map(({ erased }) => erased),
  ...[chordMu.erased, chordPhi.erased],
  grpo.erased,
  ...[dpoOffline.erased, dpoSemiOnline.erased, dpoOnline.erased, groupDpo.erased, dpoGrpo.erased],
  ...[simpo.erased, orpo.erased, kto.erased],
];

const { weight, phi, cll, gamma, hint_lambda } = GAMMA_VIEWS;
const { ratio, clipped, advantage } = CLIPPED_VIEWS;

/** The words of every quantity that an objective or a feed shows of a token, in the order of the menu. */
export const VIEWS = { weight, phi, cll, gamma, ratio, clipped, advantage, hint_lambda, ...PAIR_VIEWS };

/** The algorithm of an experiment that names none. */
export const DEFAULT_ALGORITHM = grpo.id;

/** Algorithms under the names that TRL and Trinity-RFT have for them, by our ids. */
export const OTHER_NAMES: Readonly<Record<string, string>> = {
  dpo: dpoOffline.id,
  online_dpo: dpoOnline.id,
  sft_is: dft.id,
  sft_phi: phiVariants[0]!.id,
  mix_chord: chordMu.id,
};

/** What a phase usually does after one of another family: reward after imitation, preferences after reward. */
export const usuallyAfter = (family: Family): string => (family === "reinforce" ? dpoOnline.id : grpo.id);

/** The algorithm for data with pairs, or with labels alone, where the one in force cannot read them. */
export function suitedTo(
  data: { readonly pairs?: unknown; readonly labelled?: unknown },
  inForce: string,
): string | undefined {
  if (data.labelled && !data.pairs && inForce !== kto.id) return kto.id;
  return data.pairs && !objectiveById(inForce).feeds.includes("offlinePairs") ? dpoOffline.id : undefined;
}

/** @throws {RangeError} naming every id. */
export function objectiveById(id: string): AnyObjective {
  const found = OBJECTIVES.find((objective) => objective.id === id);
  if (found) return found;
  const ids = OBJECTIVES.map((objective) => objective.id).join(", ");
  throw new RangeError(`Algorithm must be one of ${ids}, got ${JSON.stringify(id)}.`);
}
