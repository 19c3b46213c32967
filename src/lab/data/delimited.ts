import { DataError } from "../tasks/dataError.ts";
import { checkNames } from "./columnNames.ts";

/** Characters of one record: a quote that is never closed must not take the rest of the file. */
const MOST_RECORD = 100_000;

/**
 * Records of comma- or tab-separated text (RFC 4180) that comes in pieces. The first record names the columns; `"` quotes fields
 * that hold the separator, quotes (doubled) or line ends.
 */
export class DelimitedReader {
  readonly #separator: string;
  #columns: readonly string[] | undefined;
  #field = "";
  #fields: string[] = [];
  #quoted = false;
  /** The quote before may end the field or be the first of two. */
  #closing = false;
  #size = 0;

  constructor(separator: "," | "\t") {
    this.#separator = separator;
  }

  /** The records that end within this piece; with `last`, also one without a line end. @throws {DataError} */
  read(text: string, last = false): Readonly<Record<string, string>>[] {
    const out: Readonly<Record<string, string>>[] = [];
    for (const character of text) this.#take(character, out);
    if (last && (this.#field !== "" || this.#fields.length > 0)) {
      if (this.#quoted && !this.#closing)
        throw new DataError("A quoted field must be closed, got the end of the file.");
      this.#end(out);
    }
    return out;
  }

  #take(character: string, out: Readonly<Record<string, string>>[]): void {
    if (++this.#size > MOST_RECORD) throw new DataError(`A record must have at most ${MOST_RECORD} characters.`);
    if (this.#quoted && !this.#closing) {
      if (character === '"') this.#closing = true;
      else this.#field += character;
    } else if (character === '"') {
      if (this.#closing) this.#field += '"';
      this.#quoted = true;
      this.#closing = false;
    } else if (character === this.#separator) this.#next();
    else if (character === "\n") this.#end(out);
    else if (character !== "\r") this.#field += character;
  }

  #next(): void {
    this.#fields.push(this.#field);
    this.#field = "";
    this.#quoted = false;
    this.#closing = false;
  }

  #end(out: Readonly<Record<string, string>>[]): void {
    this.#next();
    const fields = this.#fields;
    this.#fields = [];
    this.#size = 0;
    if (fields.length === 1 && fields[0] === "") return;
    if (!this.#columns) {
      checkNames(fields);
      this.#columns = fields;
    } else out.push(Object.fromEntries(this.#columns.map((name, i) => [name, fields[i] ?? ""])));
  }
}
