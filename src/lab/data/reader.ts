import type { SentModel } from "../model/sentModel.ts";
import { PolicyError } from "../policy/policy.ts";
import { DataError } from "../tasks/dataError.ts";
import { type DataRow, TEXTS } from "../tasks/dataRow.ts";
import type { DataFacts } from "../tasks/dataSet.ts";
import type { Model } from "../tasks/models.ts";
import type { TokenLimits } from "../tasks/modelTask.ts";
import type { Mapping } from "./columns.ts";
import { NoRowsError } from "./noRowsError.ts";
import { type ReadData, readDataSet } from "./readDataSet.ts";
import { formatOf, recordsOf } from "./records.ts";
import { bytesOf, piecesOf, storedLines } from "./storedLines.ts";

/*
 * A worker of its own that reads one file, so that neither the page nor a run under way waits for it. The file stays where it is.
 */

/** Page to reader: read this file. */
export interface ReadRequest {
  readonly file: File;
  readonly mapping?: Mapping;
  /** Whose tokens the rows must fit into; the lab's own policies' unless given. */
  readonly model?: SentModel;
}

/** A file as the page knows it: its rows stay in the lines. */
export interface ReadFile extends Omit<ReadData, "set" | "inTokens"> {
  readonly hash: string;
  readonly facts: DataFacts;
  /** The first rows, held-out ones among them. */
  readonly sample: readonly DataRow[];
  readonly lines: Blob;
  /** In the tokens of the model that the rows were read for. */
  readonly inTokens?: RowsInTokens;
}

/** Rows as a model reads them. */
interface RowsInTokens extends TokenLimits {
  readonly context: number;
  /** Of the first rows of the sample, the tokens of each text. */
  readonly labels: readonly Readonly<Record<string, readonly string[]>>[];
}

/** Reader to page. */
export type ReaderMessage =
  | { readonly type: "progress"; readonly records: number; readonly share: number }
  | { readonly type: "read"; readonly read: ReadFile }
  | { readonly type: "refused"; readonly refusal: Refusal };

/** Why no set can be made of a file; with its columns where other ones may help. */
export interface Refusal {
  readonly sentence: string;
  readonly found?: { readonly columns: readonly string[]; readonly mapping: Mapping };
}

/** Rows whose tokens are shown. */
const SHOWN = 4;
/** Rows that the page keeps. */
const SAMPLE = 64;

// The types of the page and of a worker cannot be had together.
const scope = self as unknown as DedicatedWorkerGlobalScope;
const post = (message: ReaderMessage) => scope.postMessage(message);

scope.addEventListener("message", ({ data }: MessageEvent<ReadRequest>) => void read(data));

async function read({ file, mapping, model: sent }: ReadRequest): Promise<void> {
  let bytes = 0;
  try {
    const model = sent && (await received(sent));
    const format = formatOf(file.name);
    const reached = (to: number) => {
      bytes = Math.max(bytes, to);
    };
    const records =
      format === "parquet" ? await parquet(file, mapping, reached) : recordsOf(piecesOf(file, reached), format);
    const { set, inTokens, ...rest } = await readDataSet(records, {
      model,
      mapping,
      progress: (read) => post({ type: "progress", records: read, share: bytes / Math.max(1, file.size) }),
    });
    const lines = storedLines(set.rows);
    const { hash, facts } = set;
    const sample = set.rows.slice(0, SAMPLE);
    const shown = model && inTokens && { ...inTokens, ...shownIn(model, set.rows) };
    post({ type: "read", read: { ...rest, hash, facts, sample, lines, ...(shown && { inTokens: shown }) } });
  } catch (error) {
    const known = error instanceof DataError || error instanceof PolicyError;
    const sentence = known ? error.message : "The file could not be read.";
    const found = error instanceof NoRowsError && { columns: error.columns, mapping: error.mapping };
    post({ type: "refused", refusal: { sentence, ...(found && { found }) } });
  }
}

/** What reads Parquet is loaded with the first such file. */
async function parquet(file: File, mapping: Mapping | undefined, reached: (to: number) => void) {
  const { parquetRecords } = await import("./parquet/parquet.ts");
  const slice = (from: number, to: number) => {
    // The file's end is read first, for its list of contents.
    if (to < file.size) reached(to);
    return bytesOf(file.slice(from, to));
  };
  return parquetRecords({ size: file.size, slice }, mapping);
}

async function received(sent: SentModel): Promise<Model> {
  const { receiveModel } = await import("../model/sentModel.ts");
  return receiveModel(sent);
}

function shownIn({ reads, shape }: Model, rows: readonly DataRow[]): Omit<RowsInTokens, keyof TokenLimits> {
  const labels = rows.slice(0, SHOWN).map((row) => {
    const texts = TEXTS.flatMap((role) => {
      const text = row[role];
      if (text === undefined) return [];
      const ids = role === "prompt" ? reads.prompt(text) : reads.completion(text, row.prompt);
      return [[role, ids.map((id) => reads.label(id))]];
    });
    return Object.fromEntries(texts);
  });
  return { context: shape.context, labels };
}
