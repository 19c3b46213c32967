import { DataError } from "../../tasks/dataError.ts";
import { type Budget, MOST_PAGE, unfolded } from "./codecs.ts";
import { readDelta, readFronts, readLengths } from "./delta.ts";
import { type Chunk, MOST_VALUES, type Node } from "./footer.ts";
import { type Cell, readPlain } from "./plain.ts";
import { readRuns } from "./runs.ts";
import { countIn, damaged, type Struct, structIn, Thrift } from "./thrift.ts";

/** The values of a leaf in one group of rows, with where each lies in lists and whether it is there (Dremel's levels). */
export interface Leaf {
  readonly repeats: Uint8Array;
  readonly definitions: Uint8Array;
  /** Of those that are there, in their order. */
  readonly values: readonly Cell[];
}

/** Parquet's numbers of encodings. */
const [PLAIN, PLAIN_DICTIONARY, RLE, DELTA, LENGTHS, FRONTS, RLE_DICTIONARY] = [0, 2, 3, 5, 6, 7, 8];
const OTHERS: Readonly<Record<number, string>> = { 4: "BIT_PACKED", 9: "BYTE_STREAM_SPLIT" };
const [DATA_PAGE, INDEX_PAGE, DICTIONARY_PAGE] = [0, 1, 2];
const BOOLEAN = 0;
/** Values of a page's header: the format has about thirty. */
const MOST_HEADER_VALUES = 1000;

/** A page, its levels still in front of its values unless they were apart. */
interface Page {
  readonly count: number;
  readonly encoding: number;
  readonly repeats: Uint8Array;
  readonly definitions: Uint8Array;
  readonly values: Uint8Array<ArrayBuffer>;
}

/** All values of a leaf in one group of rows. @param budget of what its pages unfold to @throws {DataError} for what is damaged or not read, naming it */
export async function readLeaf(
  bytes: Uint8Array<ArrayBuffer>,
  { codec, values: count }: Chunk,
  leaf: Node,
  budget: Budget,
): Promise<Leaf> {
  const repeats = new Uint8Array(count);
  const definitions = new Uint8Array(count);
  const values: Cell[] = [];
  let dictionary: readonly Cell[] | undefined;
  let done = 0;
  for (let at = 0; done < count; ) {
    const thrift = new Thrift(bytes, at, MOST_HEADER_VALUES);
    const header = thrift.struct();
    const size = countIn(header, 3, bytes.length - thrift.at, "compressed_page_size");
    const held = bytes.subarray(thrift.at, thrift.at + size);
    at = thrift.at + size;
    const type = countIn(header, 1, 3, "the type of a page");
    if (type === INDEX_PAGE) continue;
    const whole = countIn(header, 2, MOST_PAGE, "uncompressed_page_size");
    budget.take(whole);
    if (type === DICTIONARY_PAGE) {
      if (dictionary) throw damaged("a column has two dictionaries");
      const entries = await unfolded(held, codec, whole);
      const of = structIn(header, 7, "the header of a dictionary");
      dictionary = readPlain(
        entries,
        leaf,
        countIn(of, 1, Math.min(entries.length, MOST_VALUES), "num_values of a dictionary"),
      );
      continue;
    }
    const left = count - done;
    const page =
      type === DATA_PAGE
        ? await pageOf(header, held, codec, whole, leaf, left)
        : await secondPage(header, held, codec, whole, left);
    const [ones, twos] = [
      readRuns(page.repeats, bitsFor(leaf.repeats), page.count),
      readRuns(page.definitions, bitsFor(leaf.definition), page.count),
    ];
    repeats.set(ones, done);
    definitions.set(twos, done);
    const present =
      leaf.definition === 0 ? page.count : twos.reduce((sum, level) => sum + (level === leaf.definition ? 1 : 0), 0);
    for (const value of cellsOf(page, present, leaf, dictionary ?? [], budget)) values.push(value);
    if (page.count === 0) throw damaged("a page is empty");
    done += page.count;
  }
  return { repeats, definitions, values };
}

const bitsFor = (level: number) => 32 - Math.clz32(level);

/** A page of the first version: all of it is compressed, and its levels have their lengths in front. */
async function pageOf(
  header: Struct,
  held: Uint8Array<ArrayBuffer>,
  codec: number,
  whole: number,
  { repeats, definition }: Node,
  left: number,
): Promise<Page> {
  const of = structIn(header, 5, "the header of a page");
  const count = countIn(of, 1, left, "num_values of a page");
  const bytes = await unfolded(held, codec, whole);
  let at = 0;
  const levels = (most: number) => {
    if (most === 0) return bytes.subarray(0, 0);
    if (bytes.length - at < 4) throw damaged("a page ends before its values do");
    const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0, true);
    at += 4;
    if (length > bytes.length - at) throw damaged("a page ends before its values do");
    at += length;
    return bytes.subarray(at - length, at);
  };
  const parts = { repeats: levels(repeats), definitions: levels(definition) };
  return { count, encoding: countIn(of, 2, 100, "an encoding"), ...parts, values: bytes.subarray(at) };
}

/** A page of the second version: its levels are apart, uncompressed. */
async function secondPage(
  header: Struct,
  held: Uint8Array<ArrayBuffer>,
  codec: number,
  whole: number,
  left: number,
): Promise<Page> {
  const of = structIn(header, 8, "the header of a page");
  const count = countIn(of, 1, left, "num_values of a page");
  const first = countIn(of, 6, held.length, "repetition_levels_byte_length");
  const second = countIn(of, 5, held.length - first, "definition_levels_byte_length");
  const size = whole - first - second;
  if (size < 0) throw damaged("a page is smaller than its levels");
  const rest = held.subarray(first + second);
  return {
    count,
    encoding: countIn(of, 4, 100, "an encoding"),
    repeats: held.subarray(0, first),
    definitions: held.subarray(first, first + second),
    values: of.get(7) === false ? rest : await unfolded(rest, codec, size),
  };
}

function cellsOf(
  { encoding, values }: Page,
  count: number,
  leaf: Node,
  dictionary: readonly Cell[],
  budget: Budget,
): readonly Cell[] {
  if (encoding === PLAIN) return readPlain(values, leaf, count);
  if (encoding === DELTA) return readDelta(values, leaf, count);
  if (encoding === LENGTHS) return readLengths(values, leaf, count);
  if (encoding === FRONTS) return readFronts(values, leaf, count, budget);
  if (encoding === RLE && leaf.type === BOOLEAN)
    return Array.from(readRuns(values.subarray(4), 1, count), (bit) => bit === 1);
  if (encoding !== PLAIN_DICTIONARY && encoding !== RLE_DICTIONARY)
    throw new DataError(
      `The column ${leaf.name} of a Parquet file must be written PLAIN, DELTA or with a dictionary, got ${OTHERS[encoding] ?? encoding}.`,
    );
  if (count === 0) return [];
  const indices = readRuns(values.subarray(1), values[0] ?? 0, count);
  return Array.from(indices, (index) => {
    const value = dictionary[index];
    if (value === undefined) throw damaged("a dictionary lacks a value");
    return value;
  });
}
