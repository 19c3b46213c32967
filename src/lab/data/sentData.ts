import { knowData, taskById } from "../tasks/index.ts";
import type { TokenLimits } from "../tasks/modelTask.ts";
import { dataSetFromLines } from "./storedLines.ts";

/** A data set on its way to a worker. */
export interface SentData {
  /** The id of its task. */
  readonly task: string;
  /** The file's name. */
  readonly name: string;
  /** Of the model that they were last read for. */
  readonly inTokens?: TokenLimits | undefined;
  /** In UTF-8, as `storedLines` wrote them. */
  readonly lines: Blob;
}

/** Makes the task of a data set known, unless it is already. @throws {DataError} for other bytes than the lab's own lines */
export async function receiveData({ task, name, lines, inTokens }: SentData): Promise<void> {
  if (taskById(task).missing === undefined) return;
  knowData(await dataSetFromLines(lines), name, inTokens && isWhole(inTokens) ? inTokens : undefined);
}

/** Whether limits that were stored are some still; others are measured anew. */
const isWhole = ({ limits: { prompt, completion, answer } }: TokenLimits) =>
  [prompt, completion, answer].every((length) => Number.isSafeInteger(length) && length >= 0);
