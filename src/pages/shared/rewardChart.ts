import type { ChartSpec } from "../../charts/chartSpec.ts";
import { JUDGED_REWARD, REWARD, SUM_REWARD } from "../../charts/specs.ts";
import type { RunConfig } from "../../lab/experiment/config.ts";
import { partsIn } from "../../lab/rewards/rules/weights.ts";

/** The chart of the reward for who gives it. */
export function rewardChart({ rewards }: RunConfig): ChartSpec {
  if (rewards.rewardSource !== "verifier") return JUDGED_REWARD;
  return partsIn(rewards).length > 0 ? SUM_REWARD : REWARD;
}
