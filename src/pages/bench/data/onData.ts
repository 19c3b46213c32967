import type { FlatConfig, RunConfig } from "../../../lab/experiment/config.ts";
import { objectiveById } from "../../../lab/objectives/index.ts";
import { taskById } from "../../../lab/tasks/index.ts";

/**
 * The settings that change when a run goes over to data: it starts from random weights, for no shipped policy knows them, and reads
 * all demonstrations. Pairs ask for DPO and labels for KTO where the algorithm in force reads neither.
 */
export function onData(task: string, { algorithm }: RunConfig): FlatConfig {
  const { given } = taskById(task);
  const readsPairs = objectiveById(algorithm).feeds.includes("offlinePairs");
  const suited =
    given?.labelled && !given.pairs && algorithm !== "kto"
      ? { algorithm: "kto" }
      : given?.pairs && !readsPairs
        ? { algorithm: "dpo-offline" }
        : {};
  return { task, start: "random", demoCount: 0, ...suited };
}
