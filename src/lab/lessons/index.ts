import { ConfigError, quote } from "../schema.ts";
import { chordParts } from "./chordParts.ts";
import { entropy } from "./entropy.ts";
import { hints } from "./hints.ts";
import type { Lesson } from "./lesson.ts";
import { lnTwo } from "./lnTwo.ts";
import { neverTried } from "./neverTried.ts";
import { noisyExperts } from "./noisyExperts.ts";
import { offlineOnline } from "./offlineOnline.ts";
import { shift } from "./shift.ts";
import type { Study } from "./study.ts";
import { twoRewards } from "./twoRewards.ts";

/** Every lesson, in the order of the list of lessons: the first one opens the page. A new one is its file and a line here. */
export const LESSONS: readonly Lesson[] = [
  neverTried,
  chordParts,
  entropy,
  noisyExperts,
  offlineOnline,
  hints,
  lnTwo,
  twoRewards,
];

/** Every study. */
export const STUDIES: readonly Study[] = [...LESSONS, shift];

/** @throws {ConfigError} naming the known studies. */
export function studyById(id: string): Study {
  const study = STUDIES.find((candidate) => candidate.id === id);
  if (study) return study;
  const known = STUDIES.map((candidate) => candidate.id).join(", ");
  throw new ConfigError([{ key: "study", message: `Study must be one of ${known}, got ${quote(id)}.` }]);
}
