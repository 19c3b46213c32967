import type { FlatConfig, RunConfig } from "../../../lab/experiment/config.ts";
import { objectiveById } from "../../../lab/objectives/index.ts";
import { EVALUATION } from "../../../lab/settings.ts";
import { taskById } from "../../../lab/tasks/index.ts";

/** Problems that an evaluation asks at least. */
const FEWEST = EVALUATION.evalProblems.range?.min ?? 1;

/**
 * The settings that change when a run goes over to data: it starts from random weights, for no shipped policy knows them, and reads
 * all demonstrations, and is evaluated on no more problems than are held out. Pairs ask for DPO and labels for KTO where the algorithm in force reads neither.
 */
export function onData(task: string, heldOut: number, { algorithm, evaluation }: RunConfig): FlatConfig {
  const { given } = taskById(task);
  const evalProblems = Math.max(FEWEST, Math.min(evaluation.evalProblems, heldOut));
  const readsPairs = objectiveById(algorithm).feeds.includes("offlinePairs");
  const suited =
    given?.labelled && !given.pairs && algorithm !== "kto"
      ? { algorithm: "kto" }
      : given?.pairs && !readsPairs
        ? { algorithm: "dpo-offline" }
        : {};
  return { task, start: "random", demoCount: 0, evalProblems, ...suited };
}
