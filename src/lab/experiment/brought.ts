import { CHECKPOINT, PREFERENCE, weightOf } from "../rewards/rules/weights.ts";
import type { AnyValues } from "../schema.ts";
import { hashInTaskId } from "../tasks/dataTask.ts";
import { modelInTaskId } from "../tasks/models.ts";
import { phasesOf } from "./phase.ts";
import type { RunConfig } from "./runConfig.ts";

/** What an experiment needs and somebody brought. */
export interface Brought {
  readonly is: "data" | "model";
  readonly hash: string;
  readonly of: "task" | "reward";
}

/** The data and models that an experiment names by their hashes, each once. */
export function broughtBy(config: RunConfig): readonly Brought[] {
  const all = [
    named("data", "task", hashInTaskId(config.task)),
    named("model", "task", modelInTaskId(config.task)?.hash),
    ...phasesOf(config).flatMap(({ config: { rewards } }) => inRewards(rewards)),
  ].flat();
  return all.filter(({ is, hash }, at) => all.findIndex((one) => one.is === is && one.hash === hash) === at);
}

function inRewards(rewards: AnyValues): Brought[] {
  const [pairs, scores] = [String(rewards.preferenceData ?? ""), String(rewards.rewardCheckpoint ?? "")];
  return [
    ...named("data", "reward", weightOf(rewards, PREFERENCE) > 0 ? pairs : ""),
    ...named("model", "reward", weightOf(rewards, CHECKPOINT) > 0 ? scores : ""),
  ];
}

const named = (is: Brought["is"], of: Brought["of"], hash: string | undefined): Brought[] =>
  hash ? [{ is, of, hash }] : [];
