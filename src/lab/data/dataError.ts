import type { Mapping } from "./columns.ts";

/** A file that no data set can be made from: one sentence, what must hold and what came instead. */
export class DataError extends Error {
  override readonly name: string = "DataError";
}

/** A file whose records all fail: what its columns are, so that they can be mapped otherwise. */
export class NoRowsError extends DataError {
  override readonly name = "NoRowsError";
  readonly columns: readonly string[];
  readonly mapping: Mapping;
  constructor(message: string, columns: readonly string[], mapping: Mapping) {
    super(message);
    this.columns = columns;
    this.mapping = mapping;
  }
}
