import type { DataRow } from "../../lab/tasks/dataRow.ts";
import type { DataFacts } from "../../lab/tasks/dataSet.ts";
import type { TokenLimits } from "../../lab/tasks/modelTask.ts";
import { type ContentArchive, openArchive } from "../contentArchive.ts";

/** A data set as the page knows it. */
export interface KeptData {
  readonly hash: string;
  /** The file's name. */
  readonly name: string;
  readonly facts: DataFacts;
  readonly sample: readonly DataRow[];
  /** Of the model that the rows were last read for. */
  readonly inTokens?: TokenLimits | undefined;
}

/** The store of data sets, each under its hash; lines lie apart, earlier builds' as an array. */
export type DataArchive = ContentArchive<KeptData, Blob | ArrayBuffer>;

export const openDataArchive = (): Promise<DataArchive> => openArchive("policy-lab-data", "sets", "lines");
