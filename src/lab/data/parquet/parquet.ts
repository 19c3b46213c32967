import { DataError } from "../../tasks/dataError.ts";
import { guessedMapping, type Mapping } from "../columns.ts";
import { type FileRecord, MOST_RECORDS } from "../records.ts";
import { Column } from "./assemble.ts";
import { Budget, MOST_UNFOLDED } from "./codecs.ts";
import { type Chunk, type Footer, MOST_VALUES, type Node, readFooter, type SlicedFile } from "./footer.ts";
import { type Leaf, readLeaf } from "./pages.ts";
import { damaged } from "./thrift.ts";

/** Rows of a list. */
const AT_ONCE = 4096;
/** Characters that the texts of a file unfold to, as those of a file of JSON Lines may have. */
const MOST_TEXT = 200e6;

/**
 * The records of a Parquet file, list by list. Only the columns that have a role are read; the others are named in the first record, with nothing in them.
 * It reads the format itself, as the library that there is takes the counts of a file at their word: here no count makes
 * anything that was not checked against the bytes behind it.
 * @param mapping as the columns' names suggest unless given
 * @throws {DataError} for a file that is none, is damaged, or is written in a way that is not read, one sentence each
 */
export async function* parquetRecords(file: SlicedFile, mapping?: Mapping): AsyncGenerator<readonly FileRecord[]> {
  const footer = await readFooter(file, MOST_RECORDS);
  const roles = Object.values((mapping ?? guessedMapping(footer.columns.map(({ name }) => name))).columns);
  const wanted = new Set<string>(roles);
  let number = 0;
  let characters = 0;
  const reader = new ChunkReader(file);
  for (const group of footer.groups) {
    const columns = new Map<string, Column>();
    for (const node of footer.columns)
      if (wanted.has(node.name)) columns.set(node.name, new Column(node, await leavesOf(reader, group, node)));
    for (let from = 0; from < group.rows; from += AT_ONCE) {
      const count = Math.min(AT_ONCE, group.rows - from);
      const records = Array.from({ length: count }, (): FileRecord => {
        // The first one names all columns.
        const names = number === 0 ? footer.columns.map(({ name }) => name) : [...columns.keys()];
        const value = Object.fromEntries(names.map((name) => [name, columns.get(name)?.next() ?? null] as const));
        for (const cell of Object.values(value)) characters += lengthOf(cell);
        return { number: ++number, value };
      });
      if (characters > MOST_TEXT)
        throw new DataError(`The texts of a Parquet file must have at most ${MOST_TEXT / 1e6} million characters.`);
      yield records;
    }
  }
}

function lengthOf(cell: unknown): number {
  if (typeof cell === "string") return cell.length;
  if (typeof cell !== "object" || cell === null) return 1;
  return Object.values(cell).reduce((sum: number, inner) => sum + lengthOf(inner), 1);
}

/** Reads chunks of a file, none of its bytes twice. */
class ChunkReader {
  readonly #file: SlicedFile;
  readonly #unfolded = new Budget(MOST_UNFOLDED);
  #read = 0;

  constructor(file: SlicedFile) {
    this.#file = file;
  }

  /** @throws {DataError} where chunks lie over one another, and for what is wrong with this one */
  async leaf(chunk: Chunk, leaf: Node): Promise<Leaf> {
    this.#read += chunk.to - chunk.from;
    if (this.#read > this.#file.size) throw damaged("columns lie over one another");
    return readLeaf(new Uint8Array(await this.#file.slice(chunk.from, chunk.to)), chunk, leaf, this.#unfolded);
  }
}

async function leavesOf(reader: ChunkReader, group: Footer["groups"][number], node: Node): Promise<Map<string, Leaf>> {
  const leaves = new Map<string, Leaf>();
  let values = 0;
  for (const leaf of leafNodes(node)) {
    const chunk = group.chunks.get(leaf.path);
    if (!chunk) throw damaged(`the column ${leaf.name} is missing`);
    if (leaf.repeats === 0 && chunk.values !== group.rows)
      throw damaged(`the column ${leaf.name} has ${chunk.values} values for ${group.rows} rows`);
    values += chunk.values;
    if ((leaf.repeats > 0 || node.children.length > 0) && values > MOST_VALUES)
      throw damaged(`a group of rows has ${values} values in ${node.name}, more than ${MOST_VALUES}`);
    leaves.set(leaf.path, await reader.leaf(chunk, leaf));
  }
  return leaves;
}

const leafNodes = (node: Node): readonly Node[] =>
  node.children.length > 0 ? node.children.flatMap(leafNodes) : node.type === undefined ? [] : [node];
