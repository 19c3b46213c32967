import { ConfigError, quote } from "../schema.ts";
import { addition } from "./addition.ts";
import { brackets } from "./brackets.ts";
import { countdown } from "./countdown.ts";
import type { DataSet } from "./dataSet.ts";
import { absentDataTask, dataTask, dataTaskId, hashInTaskId } from "./dataTask.ts";
import { duo } from "./duo.ts";
import { mixture } from "./mixture.ts";
import { modelByHash, modelInTaskId } from "./models.ts";
import { absentModelTask, modelTask, type ReadRows, type TokenLimits } from "./modelTask.ts";
import { parity } from "./parity.ts";
import { paths } from "./paths.ts";
import { sentence } from "./sentence.ts";
import { sentenceParity } from "./sentenceParity.ts";
import { sort } from "./sort.ts";
import { stories } from "./stories.ts";
import { checkpointCommand, checkpointFile, type Task } from "./task.ts";

/** Every task of the lab, in the order of the menu. */
export const TASKS: readonly Task[] = [
  sort,
  parity,
  countdown,
  addition,
  paths,
  brackets,
  sentence,
  duo,
  sentenceParity,
  mixture,
  stories,
];

/** Every kind of problem within the tasks of several, once. */
export const EVERY_KIND: readonly string[] = [...new Set(TASKS.flatMap(({ everyKind = [] }) => everyKind))];

/** The native checkpoints of all tasks. */
export const EVERY_CHECKPOINT = TASKS.flatMap(({ checkpoints }) => checkpoints);

/** Those that read the lab's alphabet, for runs on data. */
const [FIRST, ...OTHERS] = TASKS.filter(({ vocabulary }) => !vocabulary).flatMap((task) =>
  task.checkpoints.map((native) => ({
    ...native,
    name: checkpointFile(task, native),
    habit: `${task.title}: ${native.habit}`,
    shipped: { file: checkpointFile(task, native), command: checkpointCommand(task, native) },
  })),
);
const CHECKPOINTS_FOR_DATA: Task["checkpoints"] = [FIRST!, ...OTHERS];

/** The tasks of data: those that are here, and those that were asked for and are not. */
const dataTasks = new Map<string, Task>();
/** The rows of those that are here. */
const dataSets = new Map<string, ReadRows>();

/**
 * Makes a data set known as a task, in this page, worker or program alone. Answers its task.
 * @param inTokens where it was measured in a model's tokens; else it is when a model reads it
 */
export function knowData(set: DataSet, name?: string, inTokens?: TokenLimits): Task {
  const task = dataTask(set, { name }, CHECKPOINTS_FOR_DATA);
  dataTasks.set(task.id, task);
  dataSets.set(task.id, { rows: set.rows, inTokens });
  return task;
}

/** Makes a data set unknown again: its tasks say that it is missing. */
export function forgetData(hash: string): void {
  const id = dataTaskId(hash);
  dataTasks.delete(id);
  dataSets.delete(id);
}

/** The task of a data set; one that says that it is missing where it is not known. */
function dataTaskById(id: string, hash: string): Task {
  const task = dataTasks.get(id) ?? absentDataTask(hash, CHECKPOINTS_FOR_DATA);
  dataTasks.set(id, task);
  return task;
}

/** @throws {ConfigError} naming the known tasks. */
export function taskById(id: string): Task {
  const task = TASKS.find((candidate) => candidate.id === id);
  if (task !== undefined) return task;
  const read = modelInTaskId(id);
  if (read) return taskOfModel(read.base, read.hash);
  const hash = hashInTaskId(id);
  if (hash !== undefined) return dataTaskById(id, hash);
  const known = TASKS.map((candidate) => candidate.id).join(", ");
  throw new ConfigError([{ key: "task", message: `Task (task) must be one of ${known}, got ${quote(id)}.` }]);
}

/** Tasks that models read, by the task and what is known of the model: schemas are kept by task. */
const modelTasks = new WeakMap<Task, Map<unknown, Task>>();

/** A task as a model reads it; one that says what is missing where the model or the rows are not here. */
function taskOfModel(baseId: string, hash: string): Task {
  const base = taskById(baseId);
  const model = modelByHash(hash);
  const of = modelTasks.get(base) ?? new Map<unknown, Task>();
  modelTasks.set(base, of);
  const key = model ?? hash;
  const made = () =>
    model && !model.scores ? modelTask(base, model, dataSets.get(base.id)) : absentModelTask(base, hash, model);
  const task = of.get(key) ?? made();
  of.set(key, task);
  return task;
}
