import { DataError } from "../tasks/dataError.ts";
import type { Mapping } from "./columns.ts";

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
