import type { LessonHead } from "../lesson.ts";
import { cheerful } from "./cheerful.ts";
import { chordParts } from "./chordParts.ts";
import { dataDistance } from "./dataDistance.ts";
import { entropy } from "./entropy.ts";
import { hints } from "./hints.ts";
import { lnTwo } from "./lnTwo.ts";
import { muShare } from "./muShare.ts";
import { neverTried } from "./neverTried.ts";
import { noisyExperts } from "./noisyExperts.ts";
import { offlineOnline } from "./offlineOnline.ts";
import { phi } from "./phi.ts";
import { shift } from "./shift.ts";
import { twoRewards } from "./twoRewards.ts";

/** The heads of every lesson, in the order of the list of lessons: the first one opens the page. */
export const LESSON_HEADS: readonly LessonHead[] = [
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
