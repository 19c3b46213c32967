import type { SentModel } from "../model/sentModel.ts";
import { PolicyError } from "../policy/policy.ts";
import { DataError } from "../tasks/dataError.ts";
import { type DataRow, TEXTS } from "../tasks/dataRow.ts";
import { type DataFacts, linesOf } from "../tasks/dataSet.ts";
import type { Model } from "../tasks/models.ts";
import { tokenLimits } from "../tasks/modelTask.ts";
import type { Limits } from "../tasks/task.ts";
import type { Mapping } from "./columns.ts";
import { NoRowsError } from "./noRowsError.ts";
import { type ReadData, readDataSet } from "./readDataSet.ts";
import { formatOf, recordsOf } from "./records.ts";

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
export interface ReadFile extends Omit<ReadData, "set"> {
  readonly hash: string;
  readonly facts: DataFacts;
  /** The first rows, held-out ones among them. */
  readonly sample: readonly DataRow[];
  readonly lines: ArrayBuffer;
  /** In the tokens of the model that the rows were read for. */
  readonly inTokens?: RowsInTokens;
}

/** Rows as a model reads them. */
interface RowsInTokens {
  readonly context: number;
  readonly limits: Limits;
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

/** Bytes that are read at once. */
const PIECE = 2 ** 19;
/** Rows whose tokens are shown. */
const SHOWN = 4;
/** Rows that the page keeps. */
const SAMPLE = 64;

// The types of the page and of a worker cannot be had together.
const scope = self as unknown as DedicatedWorkerGlobalScope;
const post = (message: ReaderMessage, transfer: Transferable[] = []) => scope.postMessage(message, transfer);

scope.addEventListener("message", ({ data }: MessageEvent<ReadRequest>) => void read(data));

async function read({ file, mapping, model: sent }: ReadRequest): Promise<void> {
  let bytes = 0;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (; bytes < file.size; bytes += PIECE)
      yield new Uint8Array(await file.slice(bytes, bytes + PIECE).arrayBuffer());
  }
  try {
    const model = sent && (await received(sent));
    const format = formatOf(file.name);
    const records = recordsOf(pieces(), format);
    const { set, ...rest } = await readDataSet(records, {
      model,
      mapping,
      progress: (read) => post({ type: "progress", records: read, share: Math.min(1, bytes / Math.max(1, file.size)) }),
    });
    const lines = new TextEncoder().encode(linesOf(set.rows)).buffer;
    const { hash, facts } = set;
    const sample = set.rows.slice(0, SAMPLE);
    const inTokens = model && rowsInTokens(model, set.rows);
    post({ type: "read", read: { ...rest, hash, facts, sample, lines, ...(inTokens && { inTokens }) } }, [lines]);
  } catch (error) {
    const known = error instanceof DataError || error instanceof PolicyError;
    const sentence = known ? error.message : "The file could not be read.";
    const found = error instanceof NoRowsError && { columns: error.columns, mapping: error.mapping };
    post({ type: "refused", refusal: { sentence, ...(found && { found }) } });
  }
}

async function received(sent: SentModel): Promise<Model> {
  const { receiveModel } = await import("../model/sentModel.ts");
  return receiveModel(sent);
}

function rowsInTokens({ reads, shape }: Model, rows: readonly DataRow[]): RowsInTokens {
  const labels = rows.slice(0, SHOWN).map((row) => {
    const texts = TEXTS.flatMap((role) => {
      const text = row[role];
      if (text === undefined) return [];
      const ids = role === "prompt" ? reads.prompt(text) : reads.completion(text, row.prompt);
      return [[role, ids.map((id) => reads.label(id))]];
    });
    return Object.fromEntries(texts);
  });
  return { context: shape.context, limits: tokenLimits(rows, reads), labels };
}
