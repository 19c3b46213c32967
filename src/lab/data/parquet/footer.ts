import { DataError } from "../../tasks/dataError.ts";
import { checkNames } from "../columnNames.ts";
import { countIn, damaged, type Struct, structIn, structsIn, Thrift, textIn } from "./thrift.ts";

/** A column or a group of columns. */
export interface Node {
  readonly name: string;
  /** Parquet's number of a leaf's type; undefined for groups. */
  readonly type: number | undefined;
  readonly repetition: "required" | "optional" | "repeated";
  /** Levels up to and with this node. */
  readonly definition: number;
  readonly repeats: number;
  /** What its values stand for, where that is nothing the lab reads. */
  readonly unread: string | undefined;
  /** A group that stands for a list: its one child is repeated. */
  readonly isList: boolean;
  readonly children: readonly Node[];
  /** Names from the root, joined by a line end, which names do not have. */
  readonly path: string;
}

/** The bytes of one leaf's values in one group of rows. */
export interface Chunk {
  readonly codec: number;
  readonly values: number;
  readonly from: number;
  readonly to: number;
}

/** A group of rows. */
interface RowGroup {
  readonly rows: number;
  readonly chunks: ReadonlyMap<string, Chunk>;
}

/** What a file says of itself at its end. */
export interface Footer {
  readonly rows: number;
  readonly columns: readonly Node[];
  readonly groups: readonly RowGroup[];
}

/** A file of which pieces can be read. */
export interface SlicedFile {
  readonly size: number;
  /** Bytes from `from` up to `to`. */
  slice(from: number, to: number): Promise<ArrayBuffer>;
}

/** Bytes of a footer. */
const MOST_FOOTER = 16e6;
/** Values of a footer: a thousand groups of rows with ten columns have about 400,000. */
const MOST_FOOTER_VALUES = 500_000;
const DEEPEST = 12;
/** Values of a column with lists in one group of rows, those of all its leaves together. */
export const MOST_VALUES = 2_000_000;
/** What numbers and bytes may stand for and are not read as, by the older names' numbers and the newer ones'. */
const CONVERTED: Readonly<Record<number, string>> = {
  ...{ 5: "DECIMAL", 6: "DATE", 7: "TIME", 8: "TIME", 9: "TIMESTAMP", 10: "TIMESTAMP", 13: "UINT_32", 14: "UINT_64" },
  ...{ 20: "BSON", 21: "INTERVAL" },
};
const LOGICAL = new Map([
  ...([
    [5, "DECIMAL"],
    [6, "DATE"],
    [7, "TIME"],
    [8, "TIMESTAMP"],
  ] as const),
  ...([
    [13, "BSON"],
    [14, "UUID"],
    [15, "FLOAT16"],
  ] as const),
]);

/** @throws {DataError} for a file that is no Parquet, has too many rows, or points outside itself */
export async function readFooter(file: SlicedFile, mostRows: number): Promise<Footer> {
  const end = new Uint8Array(await file.slice(Math.max(0, file.size - 8), file.size));
  const kind = String.fromCharCode(...end.subarray(4));
  if (kind === "PARE") throw new DataError("A Parquet file must not be encrypted, got one with an encrypted footer.");
  if (file.size < 12 || kind !== "PAR1")
    throw new DataError("A Parquet file must end with PAR1, got a file that does not.");
  const length = new DataView(end.buffer).getUint32(0, true);
  const begin = file.size - 8 - length;
  if (begin < 4 || length > MOST_FOOTER) throw damaged(`its list of contents has ${length.toLocaleString("en")} bytes`);
  const list = new Uint8Array(await file.slice(begin, begin + length));
  const fields = new Thrift(list, 0, MOST_FOOTER_VALUES).struct();
  const said = fields.get(3);
  if (typeof said === "number" && said > mostRows)
    throw new DataError(
      `A file of data must have at most ${mostRows.toLocaleString("en")} records, got ${said.toLocaleString("en")} (num_rows): nothing of it was read.`,
    );
  const rows = countIn(fields, 3, mostRows, "num_rows");
  const columns = schemaOf(structsIn(fields, 2, "the schema"));
  const groups = structsIn(fields, 4, "the list of row groups").map((group) => groupOf(group, mostRows, begin));
  const counted = groups.reduce((sum, group) => sum + group.rows, 0);
  if (counted !== rows) throw damaged(`num_rows is ${rows} and its groups have ${counted}`);
  return { rows, columns, groups };
}

function groupOf(group: Struct, mostRows: number, end: number): RowGroup {
  const rows = countIn(group, 3, mostRows, "num_rows of a group");
  const chunks = new Map<string, Chunk>();
  for (const column of structsIn(group, 1, "the columns of a group")) {
    const fields = structIn(column, 3, "the description of a column");
    const path = fields.get(3);
    if (!Array.isArray(path)) throw damaged("a column has no name");
    const name = path.map((part) => (part instanceof Uint8Array ? new TextDecoder().decode(part) : "")).join("\n");
    const data = countIn(fields, 9, end, "data_page_offset");
    const dictionary = fields.has(11) ? countIn(fields, 11, end, "dictionary_page_offset") : 0;
    const from = dictionary > 0 ? Math.min(data, dictionary) : data;
    const size = countIn(fields, 7, end - from, "total_compressed_size");
    const values = countIn(fields, 5, Math.max(mostRows, MOST_VALUES), "num_values");
    chunks.set(name, { codec: countIn(fields, 4, 100, "the compression"), values, from, to: from + size });
  }
  return { rows, chunks };
}

type Levels = Pick<Node, "definition" | "repeats" | "path">;

/** The columns of a schema, which is written as a list in the order of a walk: each group with the number of its children. */
function schemaOf(elements: readonly Struct[]): readonly Node[] {
  let at = 1;
  const children = (of: Struct | undefined, above: Levels, depth: number) => {
    if (!of || depth > DEEPEST) throw damaged("its schema is nested without end");
    const count = countIn(of, 5, elements.length - at, "num_children");
    const found: Node[] = [];
    for (let i = 0; i < count; i++) found.push(node(elements[at++], above, depth));
    return found;
  };
  const node = (fields: Struct | undefined, above: Levels, depth: number): Node => {
    if (!fields) throw damaged("its schema ends before its columns do");
    const repetition = (["required", "optional", "repeated"] as const)[countIn(fields, 3, 2, "repetition_type")]!;
    const name = textIn(fields, 4);
    const levels = {
      definition: above.definition + (repetition === "required" ? 0 : 1),
      repeats: above.repeats + (repetition === "repeated" ? 1 : 0),
      path: above.path === "" ? name : `${above.path}\n${name}`,
    };
    const isGroup = fields.has(5);
    const inner = isGroup ? children(fields, levels, depth + 1) : [];
    const logical = fields.get(10);
    const [named] = logical instanceof Map ? logical.keys() : [];
    const unread = CONVERTED[Number(fields.get(6) ?? -1)] ?? LOGICAL.get(named ?? -1);
    const said = fields.get(6) === 3 || (logical instanceof Map && logical.has(3));
    const isList = said && inner.length === 1 && inner[0]!.repetition === "repeated";
    const type = isGroup ? undefined : countIn(fields, 1, 7, "type");
    return { ...levels, name, repetition, unread, isList, children: inner, type };
  };
  const columns = children(elements[0], { definition: 0, repeats: 0, path: "" }, 0);
  checkNames(
    columns.map(({ name }) => name),
    elements.length - 1,
  );
  return columns;
}
