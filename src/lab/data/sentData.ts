import { dataSetFromLines } from "../tasks/dataSet.ts";
import { knowData, taskById } from "../tasks/index.ts";

/** A data set on its way to a worker. */
export interface SentData {
  /** The id of its task. */
  readonly task: string;
  /** The file's name. */
  readonly name: string;
  /** In UTF-8, as `linesOf` wrote them. */
  readonly lines: ArrayBuffer;
}

/** Makes the task of a data set known, unless it is already. @throws {DataError} for other bytes than the lab's own lines */
export function receiveData({ task, name, lines }: SentData): void {
  if (taskById(task).missing === undefined) return;
  knowData(dataSetFromLines(new TextDecoder().decode(lines)), name);
}
