import { quote } from "../schema.ts";
import { halfBits } from "./half.ts";
import { PolicyError } from "./policy.ts";

/*
 * The safetensors file format: an 8-byte little-endian header length, a JSON header padded with spaces to a multiple of 8
 * bytes, then the tensors' bytes without gaps (https://github.com/huggingface/safetensors). Read and written here without
 * its library; typed arrays are little-endian on every machine with a browser.
 */

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** How it is stored; F32 unless given. F16 rounds to the nearest half. */
  readonly dtype?: "F32" | "F16";
}

export interface SafetensorsFile {
  /** In the order of the data. F16 and BF16 are widened to float32. */
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const BYTES = { F32: 4, F16: 2, BF16: 2 } as const;
type Dtype = keyof typeof BYTES;
const MAX_HEADER = 100_000_000;

/** @throws {PolicyError} kind `input`, one sentence, when the bytes are no safetensors file of F32, F16 or BF16. */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { header, dataStart } = readHeader(bytes);
  // A plain view: `slice` of Node's Buffer does not copy.
  const data = new Uint8Array(bytes.buffer, bytes.byteOffset + dataStart, bytes.length - dataStart);
  const entries: { readonly begin: number; readonly tensor: NamedTensor }[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") metadata = readMetadata(entry);
    else entries.push(readTensor(name, entry, data));
  }
  entries.sort((a, b) => a.begin - b.begin);
  return { tensors: new Map(entries.map(({ tensor }) => [tensor.name, tensor])), metadata };
}

/**
 * Writes tensors in the order given; the same input gives the same bytes.
 * @throws {PolicyError} kind `input` when a tensor's values do not fill its shape, or two tensors share a name.
 */
export function writeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const header: [string, unknown][] = [];
  const keys = Object.keys(metadata).sort();
  if (keys.length > 0) header.push(["__metadata__", Object.fromEntries(keys.map((key) => [key, metadata[key]]))]);
  const names = new Set<string>();
  let end = 0;
  for (const { name, shape, values, dtype = "F32" } of tensors) {
    if (names.has(name)) throw bad(`safetensors: names must differ, got ${quote(name)} twice`);
    names.add(name);
    if (values.length !== countOf(shape)) {
      throw bad(`safetensors: ${name} must hold ${countOf(shape)} values for shape [${shape}], got ${values.length}`);
    }
    const begin = end;
    end += values.length * BYTES[dtype];
    header.push([name, { dtype, shape, data_offsets: [begin, end] }]);
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerLength = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(text, 8);
  let at = 8 + headerLength;
  for (const { values, dtype } of tensors) {
    const stored = dtype === "F16" ? Uint16Array.from(values, halfBits) : values;
    bytes.set(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength), at);
    at += stored.byteLength;
  }
  return bytes;
}

function readHeader(bytes: Uint8Array): { readonly header: Record<string, unknown>; readonly dataStart: number } {
  if (bytes.length < 8) throw bad(`safetensors: a file must have at least 8 bytes, got ${bytes.length}`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > Math.min(MAX_HEADER, bytes.length - 8)) {
    throw bad(`safetensors: the header must fit the file of ${bytes.length} bytes, got a header length of ${length}`);
  }
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch {
    throw bad(`safetensors: the header must be JSON, got ${length} bytes that are not`);
  }
  if (!isRecord(header)) throw bad(`safetensors: the header must be a JSON object, got ${quote(header)}`);
  return { header, dataStart: 8 + length };
}

function readMetadata(entry: unknown): Record<string, string> {
  if (!isRecord(entry) || Object.values(entry).some((value) => typeof value !== "string")) {
    throw bad(`safetensors: __metadata__ must map text to text, got ${quote(entry)}`);
  }
  return entry as Record<string, string>;
}

function readTensor(name: string, entry: unknown, data: Uint8Array): { begin: number; tensor: NamedTensor } {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  if (typeof dtype !== "string" || !Object.hasOwn(BYTES, dtype)) {
    throw bad(`safetensors: ${name} must be stored as F32, F16 or BF16, got ${quote(dtype)}`);
  }
  if (!isCounts(shape)) throw bad(`safetensors: ${name} must have a shape of whole numbers, got ${quote(shape)}`);
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw bad(`safetensors: ${name} must have two data_offsets, got ${quote(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  const expected = countOf(shape) * BYTES[dtype as Dtype];
  if (end - begin !== expected || end > data.length) {
    throw bad(
      `safetensors: ${name} must take ${expected} bytes for ${dtype} [${shape}] within ${data.length} bytes of data, got data_offsets [${offsets}]`,
    );
  }
  return {
    begin,
    tensor: { name, shape, values: widen(data.slice(begin, end).buffer as ArrayBuffer, dtype as Dtype) },
  };
}

function widen(buffer: ArrayBuffer, dtype: Dtype): Float32Array {
  if (dtype === "F32") return new Float32Array(buffer);
  const words = new Uint16Array(buffer);
  if (dtype === "F16") return Float32Array.from(words, halfToNumber);
  const bits = new Uint32Array(words.length);
  for (let i = 0; i < words.length; i++) bits[i] = words[i]! << 16;
  return new Float32Array(bits.buffer);
}

function halfToNumber(word: number): number {
  const sign = word & 0x8000 ? -1 : 1;
  const exponent = (word >> 10) & 0x1f;
  const fraction = word & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function countOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function bad(message: string): PolicyError {
  return new PolicyError("input", message);
}
