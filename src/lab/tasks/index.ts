import { ConfigError, quote } from "../schema.ts";
import { addition } from "./addition.ts";
import { brackets } from "./brackets.ts";
import { countdown } from "./countdown.ts";
import { duo } from "./duo.ts";
import { mixture } from "./mixture.ts";
import { parity } from "./parity.ts";
import { paths } from "./paths.ts";
import { sentence } from "./sentence.ts";
import { sentenceParity } from "./sentenceParity.ts";
import { sort } from "./sort.ts";
import type { Task } from "./task.ts";

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
];

/** Every kind of problem within the tasks of several, once. */
export const EVERY_KIND: readonly string[] = [...new Set(TASKS.flatMap(({ everyKind = [] }) => everyKind))];

/** The native checkpoints of all tasks. */
export const EVERY_CHECKPOINT = TASKS.flatMap(({ checkpoints }) => checkpoints);

/** @throws {ConfigError} naming the known tasks. */
export function taskById(id: string): Task {
  const task = TASKS.find((candidate) => candidate.id === id);
  if (task !== undefined) return task;
  const known = TASKS.map((candidate) => candidate.id).join(", ");
  throw new ConfigError([{ key: "task", message: `Task (task) must be one of ${known}, got ${quote(id)}.` }]);
}
