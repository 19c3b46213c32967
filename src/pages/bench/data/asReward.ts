import { type FlatConfig, type RunConfig, schemaOf } from "../../../lab/experiment/config.ts";
import { CHECKPOINT, weightKey } from "../../../lab/rewards/rules/weights.ts";

/** What makes a model with a scalar head a part of an experiment's reward; undefined where no answers earn any. */
export function asReward(config: RunConfig, hash: string): FlatConfig | undefined {
  return asPart(config, CHECKPOINT, { rewardCheckpoint: hash });
}

/** What makes something brought a part of the reward, at the weight it has or 1, beside the verifier; undefined where nothing is rewarded. */
export function asPart(config: RunConfig, part: string, brought: FlatConfig): FlatConfig | undefined {
  const schema = schemaOf(config);
  if (!Object.keys(brought).every((key) => Object.hasOwn(schema, key))) return undefined;
  const weight = Number(config.rewards[weightKey(part)]) || 1;
  // Where a model of taste rewards, parts would weigh nothing.
  const beside = Object.hasOwn(schema, "rewardSource") ? { rewardSource: "verifier" } : {};
  return { ...brought, ...beside, [weightKey(part)]: weight };
}
