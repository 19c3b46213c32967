import { phasesOf, type RunConfig } from "../../experiment/config.ts";
import type { ExportFile } from "../exportFile.ts";
import { rewardData, rewardNames, rewardPython } from "../rewards/rewardPython.ts";
import { counterpartOf } from "./counterpart.ts";

/** A reward that scripts of a folder are given, with the names of its files. */
export interface FolderReward {
  readonly config: RunConfig;
  readonly names: ReturnType<typeof rewardNames>;
}

const isSame = (one: RunConfig, other: RunConfig) => JSON.stringify(one.rewards) === JSON.stringify(other.rewards);

/** The rewards of the phases whose scripts use one, each once, the first of them as `reward.py`; where none does, the first phase's. */
export function folderRewards(config: RunConfig): readonly FolderReward[] {
  const phases = phasesOf(config).filter(({ config: own }) => {
    const found = counterpartOf(own);
    return "recipe" in found && found.recipe.rewards;
  });
  const each = phases.filter((phase, at) => phases.findIndex((one) => isSame(one.config, phase.config)) === at);
  if (each.length === 0) return [{ config, names: rewardNames() }];
  return each.map((phase, at) => ({ config: phase.config, names: rewardNames(at === 0 ? 1 : phase.number) }));
}

/** The module with the reward of a phase; where its script uses none, one with the verdict. */
export function rewardModule(rewards: readonly FolderReward[], config: RunConfig): string {
  return (rewards.find((one) => isSame(one.config, config)) ?? rewards[0]!).names.module;
}

/** The files of rewards, those that several read once. */
export function rewardFiles(rewards: readonly FolderReward[]): ExportFile[] {
  const files = rewards.flatMap(({ config, names }) => [
    { name: `${names.module}.py`, content: rewardPython(config.task, config.taskParams, config.rewards, names) },
    ...rewardData(config, names),
  ]);
  return files.filter(({ name }, at) => files.findIndex((file) => file.name === name) === at);
}
