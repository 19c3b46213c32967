import { knowData, taskById } from "../tasks/index.ts";
import { dataSetFromLines } from "./storedLines.ts";

/** A data set on its way to a worker. */
export interface SentData {
  /** The id of its task. */
  readonly task: string;
  /** The file's name. */
  readonly name: string;
  /** In UTF-8, as `storedLines` wrote them. */
  readonly lines: Blob;
}

/** Makes the task of a data set known, unless it is already. @throws {DataError} for other bytes than the lab's own lines */
export async function receiveData({ task, name, lines }: SentData): Promise<void> {
  if (taskById(task).missing === undefined) return;
  knowData(await dataSetFromLines(lines), name);
}
