import type { FlatConfig, RunConfig } from "../../../lab/experiment/config.ts";
import { suitedTo } from "../../../lab/objectives/index.ts";
import { EVALUATION } from "../../../lab/settings.ts";
import { taskById } from "../../../lab/tasks/index.ts";

/** Problems that an evaluation asks at least. */
const FEWEST = EVALUATION.evalProblems.range?.min ?? 1;

/**
 * The settings that change when a run goes over to data: it starts from random weights, for no shipped policy knows them, or from the reader's own model, and reads
 * all demonstrations, and is evaluated on no more problems than are held out. Pairs ask for DPO and labels for KTO where the algorithm in force reads neither.
 */
export function onData(task: string, heldOut: number, { algorithm, evaluation }: RunConfig): FlatConfig {
  const { given, model } = taskById(task);
  const evalProblems = Math.max(FEWEST, Math.min(evaluation.evalProblems, heldOut));
  const suited = given && suitedTo(given, algorithm);
  return { task, start: model ? "native" : "random", demoCount: 0, evalProblems, ...(suited && { algorithm: suited }) };
}
