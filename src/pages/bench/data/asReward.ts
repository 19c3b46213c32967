import { type FlatConfig, type RunConfig, schemaOf } from "../../../lab/experiment/config.ts";
import { CHECKPOINT, weightKey, weightOf } from "../../../lab/rewards/rules/weights.ts";

/** What makes a model with a scalar head a part of an experiment's reward; undefined where answers to one's own prompts earn none. */
export function asReward(config: RunConfig, hash: string): FlatConfig | undefined {
  if (!Object.hasOwn(schemaOf(config), "rewardCheckpoint")) return undefined;
  return { rewardCheckpoint: hash, [weightKey(CHECKPOINT)]: weightOf(config.rewards, CHECKPOINT) || 1 };
}
