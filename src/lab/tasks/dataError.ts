/** A file that no data set can be made from: one sentence, what must hold and what came instead. */
export class DataError extends Error {
  override readonly name: string = "DataError";
}
