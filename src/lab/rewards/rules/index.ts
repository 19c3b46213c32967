import { contains } from "./contains.ts";
import { exact } from "./exact.ts";
import { json } from "./json.ts";
import { length } from "./length.ts";
import { multipleChoice } from "./multipleChoice.ts";
import { normalised } from "./normalised.ts";
import { numeric } from "./numeric.ts";
import { pattern } from "./pattern.ts";
import type { RewardRule } from "./rule.ts";

/** Every rule by which an answer can be judged, in the order of the page. */
export const REWARD_RULES: readonly RewardRule[] = [
  exact,
  normalised,
  numeric,
  contains,
  pattern,
  multipleChoice,
  json,
  length,
];
