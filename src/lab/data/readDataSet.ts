import type { DataRow } from "../tasks/dataRow.ts";
import { type DataSet, dataSetOf } from "../tasks/dataSet.ts";
import type { Model } from "../tasks/models.ts";
import { longerOf, NO_TEXTS, type TokenLimits } from "../tasks/modelTask.ts";
import type { Limits } from "../tasks/task.ts";
import { columnsOf, guessedMapping, type Mapping } from "./columns.ts";
import { NoRowsError } from "./noRowsError.ts";
import { normalised } from "./normalise.ts";
import type { FileRecord } from "./records.ts";

/** A record that became no row. */
interface RefusedRecord {
  /** Counted from 1. */
  readonly number: number;
  readonly reason: string;
}

/** A set with what was left of its file. */
export interface ReadData {
  readonly set: DataSet;
  /** The longest texts in the tokens of the model that the rows were read for. */
  readonly inTokens?: TokenLimits;
  readonly columns: readonly string[];
  readonly mapping: Mapping;
  readonly records: number;
  /** How many records became no row, by reason, the most frequent first. */
  readonly refused: readonly { readonly reason: string; readonly count: number }[];
  /** The first of them. */
  readonly examples: readonly RefusedRecord[];
}

interface ReadOptions {
  /** As the columns' names suggest unless given. */
  readonly mapping?: Mapping | undefined;
  /** Whose tokens the rows must fit into; the lab's own policies' unless given. */
  readonly model?: Model | undefined;
  /** Told after every piece. */
  progress?(records: number): void;
}

/** Records from whose columns a mapping is guessed. */
const LOOKED_AT = 200;
const MOST_EXAMPLES = 20;

/**
 * Reads the records of a file, list by list, into rows. Records that do not fit are counted by reason, never cut or mended.
 * @throws {DataError} for a file that no set can be made from, {NoRowsError} where it is for its columns
 */
export async function readDataSet(
  lists: AsyncIterable<readonly FileRecord[]>,
  options: ReadOptions = {},
): Promise<ReadData> {
  const reading = new Reading(options.mapping, options.model);
  for await (const records of lists) {
    for (const record of records) reading.take(record);
    options.progress?.(reading.records);
  }
  return reading.done();
}

/** What is read so far; the first records wait until a mapping can be guessed. */
class Reading {
  records = 0;
  #mapping: Mapping | undefined;
  readonly #model: Model | undefined;
  readonly #waiting: FileRecord[] = [];
  readonly #columns = new Set<string>();
  readonly #rows: DataRow[] = [];
  #longest = NO_TEXTS;
  readonly #measured = (limits: Limits) => {
    this.#longest = longerOf(this.#longest, limits);
  };
  readonly #refused = new Map<string, number>();
  readonly #examples: RefusedRecord[] = [];

  constructor(mapping: Mapping | undefined, model: Model | undefined) {
    this.#model = model;
    this.#mapping = mapping;
  }

  take(record: FileRecord): void {
    this.records++;
    if (record.value && this.records <= LOOKED_AT)
      for (const name of columnsOf([record.value])) this.#columns.add(name);
    if (this.#mapping) {
      this.#read(record, this.#mapping);
      return;
    }
    this.#waiting.push(record);
    if (this.#waiting.length >= LOOKED_AT) this.#begin();
  }

  done(): ReadData {
    const mapping = this.#begin();
    const refused = [...this.#refused].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
    if (this.#rows.length === 0) {
      const why = refused[0] ? `${refused[0].count} of them: ${refused[0].reason}` : "the file has no records";
      const message = `A data set must have rows that fit, got none of ${this.records} records (${why}).`;
      throw new NoRowsError(message, [...this.#columns], mapping);
    }
    return {
      set: dataSetOf(this.#rows),
      ...(this.#model && { inTokens: { model: this.#model.hash, limits: this.#longest } }),
      columns: [...this.#columns],
      mapping,
      records: this.records,
      refused,
      examples: this.#examples,
    };
  }

  #begin(): Mapping {
    this.#mapping ??= guessedMapping([...this.#columns]);
    for (const record of this.#waiting.splice(0)) this.#read(record, this.#mapping);
    return this.#mapping;
  }

  #read({ number, value }: FileRecord, mapping: Mapping): void {
    const row = value ? normalised(value, mapping, this.#model, this.#measured) : { reason: "not a JSON object" };
    if (!("reason" in row)) {
      this.#rows.push(row);
      return;
    }
    const { reason } = row;
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
    if (this.#examples.length < MOST_EXAMPLES) this.#examples.push({ number, reason });
  }
}
