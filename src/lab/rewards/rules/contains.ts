import type { RewardRule } from "./rule.ts";

/** The answer stands anywhere in the completion. */
export const contains: RewardRule = {
  id: "contains",
  label: "the answer within",
  help: "Right where the answer stands anywhere in the completion.",
  decides: true,
  rate: (given, answer) => (answer !== "" && given.includes(answer) ? 1 : 0),
};
