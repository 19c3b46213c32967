import type { RewardRule } from "./rule.ts";

/** 1[given = answer], character by character. */
export const exact: RewardRule = {
  id: "exact",
  label: "the same text",
  help: "Right where the two texts are the same, character by character.",
  decides: true,
  rate: (given, answer) => (given === answer ? 1 : 0),
};
