import { ConfigError, quote } from "../schema.ts";
import { cheerful } from "./cheerful.ts";
import { chordParts } from "./chordParts.ts";
import { dataDistance } from "./dataDistance.ts";
import { entropy } from "./entropy.ts";
import { hints } from "./hints.ts";
import type { Lesson } from "./lesson.ts";
import { lnTwo } from "./lnTwo.ts";
import { muShare } from "./muShare.ts";
import { neverTried } from "./neverTried.ts";
import { noisyExperts } from "./noisyExperts.ts";
import { offlineOnline } from "./offlineOnline.ts";
import { phi } from "./phi.ts";
import { shift } from "./shift.ts";
import { twoRewards } from "./twoRewards.ts";

/** Every lesson, in the order of their heads. A new one is its file and that of its head, and a line here and there. */
export const LESSONS: readonly Lesson[] = [
  neverTried,
  chordParts,
  shift,
  muShare,
  phi,
  entropy,
  noisyExperts,
  hints,
  dataDistance,
  offlineOnline,
  lnTwo,
  twoRewards,
  cheerful,
];

/** @throws {ConfigError} naming the lessons that there are. */
export function lessonById(id: string): Lesson {
  const lesson = LESSONS.find((candidate) => candidate.id === id);
  if (lesson) return lesson;
  const known = LESSONS.map((candidate) => candidate.id).join(", ");
  throw new ConfigError([{ key: "study", message: `Study must be one of ${known}, got ${quote(id)}.` }]);
}
