import { quote } from "../schema.ts";
import { fileKind } from "./fileKind.ts";
import { parseStrictJson } from "./jsonText.ts";
import { PolicyError } from "./policy.ts";

/*
 * The header of a safetensors file: an 8-byte little-endian length, then JSON that gives every tensor's type, shape and
 * place. Read as strictly as the format wants it (https://github.com/huggingface/safetensors#format): the bytes after the
 * header belong to exactly one tensor each, without holes, overlaps or a rest. Nothing is allocated for the tensors here.
 */

/** Where a tensor lies in its file, and what it is. */
export interface StoredTensor {
  readonly name: string;
  /** As the header names it; {@link DTYPE_BITS} has the ones of the format. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** A view into the file. */
  readonly bytes: Uint8Array;
}

export interface SafetensorsHeader {
  /** In the order of the data. */
  readonly tensors: readonly StoredTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bits of one element, for every type of the format. */
const DTYPE_BITS: Readonly<Record<string, number>> = {
  ...{ F4: 4, F6_E2M3: 6, F6_E3M2: 6, BOOL: 8, U8: 8, I8: 8, F8_E5M2: 8, F8_E4M3: 8, F8_E8M0: 8 },
  ...{ F8_E4M3FNUZ: 8, F8_E5M2FNUZ: 8, I16: 16, U16: 16, F16: 16, BF16: 16, I32: 32, U32: 32, F32: 32 },
  ...{ C64: 64, F64: 64, I64: 64, U64: 64 },
};

/** The format's own bound. */
const MAX_HEADER = 100_000_000;
const MAX_DIMENSIONS = 8;

/**
 * @param label what messages begin with: the file's name, or the format's.
 * @throws {PolicyError} kind `input`, one sentence that names the tensors, or what the file is instead.
 */
export function readSafetensorsHeader(bytes: Uint8Array, label = "safetensors"): SafetensorsHeader {
  const { header, dataStart } = readJson(bytes, label);
  const data = bytes.subarray(dataStart);
  const places: Place[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") metadata = readMetadata(entry, label);
    else places.push(readPlace(name, entry, data.length, label));
  }
  // A tensor without elements begins where its neighbour does, and comes first.
  places.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCovered(places, data.length, label);
  const tensors = places.map(({ begin, end, ...tensor }) => ({ ...tensor, bytes: data.subarray(begin, end) }));
  return { tensors, metadata };
}

/** The product of the dimensions; 1 of none. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** A name from a file as a message shows it: no control characters, at most 120 characters. */
export function shownName(name: string): string {
  const plain = name.slice(0, 200).replace(/\p{C}/gu, "\uFFFD");
  return plain.length > 120 ? `${plain.slice(0, 117)}...` : plain;
}

type Place = Omit<StoredTensor, "bytes"> & { readonly begin: number; readonly end: number };

function readJson(bytes: Uint8Array, label: string): { header: Record<string, unknown>; dataStart: number } {
  const long = bytes.length >= 8;
  const claimed = long ? new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true) : 0n;
  const fits = long && claimed <= Math.min(MAX_HEADER, bytes.length - 8);
  // Every safetensors file has a brace here, even one that was cut short.
  if (bytes[8] !== 0x7b) {
    const kind = fileKind(bytes);
    if (kind) throw bad(label, `the file must be in the safetensors format, got ${kind}`);
  }
  if (!long) throw bad(label, `a file must have at least 8 bytes, got ${bytes.length}`);
  if (!fits) {
    throw bad(label, `the header must fit the file of ${bytes.length} bytes, got a header length of ${claimed}`);
  }
  const length = Number(claimed);
  let header: unknown;
  try {
    // A byte-order mark or blanks in front have no place here.
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, 8 + length));
    if (/^\s/.test(text)) throw new SyntaxError("blanks in front");
    header = parseStrictJson(text);
  } catch (error) {
    const why = error instanceof SyntaxError && /twice|nested/.test(error.message) ? `: ${error.message}` : "";
    throw bad(label, `the header must be JSON without repeated names, got ${length} bytes that are not${why}`);
  }
  if (!isRecord(header)) throw bad(label, `the header must be a JSON object, got ${quote(header)}`);
  return { header, dataStart: 8 + length };
}

function readMetadata(entry: unknown, label: string): Record<string, string> {
  if (!isRecord(entry) || Object.values(entry).some((value) => typeof value !== "string")) {
    throw bad(label, `__metadata__ must map text to text, got ${quote(entry)}`);
  }
  return entry as Record<string, string>;
}

function readPlace(name: string, entry: unknown, available: number, label: string): Place {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  if (typeof dtype !== "string") throw bad(label, `${shownName(name)} must have a dtype, got ${quote(dtype)}`);
  if (!isCounts(shape)) throw bad(label, `${shownName(name)} must have a shape of whole numbers, got ${quote(shape)}`);
  if (shape.length > MAX_DIMENSIONS) {
    throw bad(label, `${shownName(name)} must have at most ${MAX_DIMENSIONS} dimensions, got ${shape.length}`);
  }
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw bad(label, `${shownName(name)} must have two data_offsets, got ${quote(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  const bits = Object.hasOwn(DTYPE_BITS, dtype) ? DTYPE_BITS[dtype]! : undefined;
  // The size of a type that the format may get one day cannot be checked.
  const expected = bits === undefined ? end - begin : (elementCount(shape) * bits) / 8;
  if (end - begin !== expected || end < begin || end > available) {
    throw bad(
      label,
      `${shownName(name)} must take ${expected} bytes for ${shownName(dtype)} [${shape}] within ${available} bytes of data, got data_offsets [${offsets}]`,
    );
  }
  return { name, dtype, shape, begin, end };
}

/** Places in their order must follow one another from the first byte to the last. */
function checkCovered(places: readonly Place[], available: number, label: string): void {
  let end = 0;
  let before: Place | undefined;
  for (const place of places) {
    if (place.begin < end) {
      const other = shownName(before!.name);
      throw bad(
        label,
        `every byte must belong to one tensor, got ${other} up to byte ${end} and ${shownName(place.name)} from byte ${place.begin}`,
      );
    }
    if (place.begin > end) {
      throw bad(
        label,
        `every byte must belong to one tensor, got ${place.begin - end} bytes of none before ${shownName(place.name)}, from byte ${end}`,
      );
    }
    ({ end } = place);
    before = place;
  }
  if (end < available) {
    const after = before ? `after the last tensor, ${shownName(before.name)}` : "and no tensor";
    throw bad(label, `every byte must belong to one tensor, got ${available - end} bytes ${after}`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function bad(label: string, message: string): PolicyError {
  return new PolicyError("input", `${label}: ${message}`);
}
