import { quote } from "../schema.ts";
import { HALF_OVERFLOW, halfBits, halfToNumber } from "./half.ts";
import { PolicyError } from "./policy.ts";
import { elementCount, type StoredTensor, shownName } from "./safetensorsHeader.ts";

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

const BYTES = { F32: 4, F16: 2, BF16: 2 } as const;
type Dtype = keyof typeof BYTES;

/** The numbers of a stored tensor in a vector of their own. @throws {PolicyError} kind `input` for types other than F32, F16, BF16 */
export function tensorValues(tensor: StoredTensor): Float32Array {
  // First, so that the vector is at most twice the stored bytes.
  checkDtype(tensor);
  const values = new Float32Array(elementCount(tensor.shape));
  copyValues(tensor, values, 0);
  return values;
}

/**
 * Reads single numbers of a stored tensor, without a vector for all of them.
 * @throws {PolicyError} kind `input` for types other than F32, F16 and BF16.
 */
export function valueReader(tensor: StoredTensor): (index: number) => number {
  const dtype = checkDtype(tensor);
  const { buffer, byteOffset, byteLength } = tensor.bytes;
  const view = new DataView(buffer, byteOffset, byteLength);
  if (dtype === "F32") return (index) => view.getFloat32(4 * index, true);
  if (dtype === "F16") return (index) => halfToNumber(view.getUint16(2 * index, true));
  const word = new DataView(new ArrayBuffer(4));
  return (index) => {
    word.setUint16(2, view.getUint16(2 * index, true), true);
    return word.getFloat32(0, true);
  };
}

/** The first number of a stored tensor that is NaN or an infinity, and its index; undefined where there is none. */
export function firstNotFinite(tensor: StoredTensor): { readonly index: number; readonly value: number } | undefined {
  const read = valueReader(tensor);
  const count = elementCount(tensor.shape);
  for (let index = 0; index < count; index++) {
    const value = read(index);
    if (!Number.isFinite(value)) return { index, value };
  }
  return undefined;
}

/**
 * Writes a stored tensor's numbers to `to`, from `offset` on; F16 and BF16 are widened, which is exact.
 * @throws {PolicyError} kind `input` for types other than F32, F16 and BF16.
 */
export function copyValues(tensor: StoredTensor, to: Float32Array, offset: number): void {
  const dtype = checkDtype(tensor);
  const { bytes } = tensor;
  if (dtype === "F32") {
    new Uint8Array(to.buffer, to.byteOffset + 4 * offset, bytes.length).set(bytes);
    return;
  }
  const count = bytes.length / 2;
  if (dtype === "BF16") {
    const bits = new Uint32Array(to.buffer, to.byteOffset + 4 * offset, count);
    for (let i = 0; i < count; i++) bits[i] = (bytes[2 * i]! << 16) | (bytes[2 * i + 1]! << 24);
    return;
  }
  for (let i = 0; i < count; i++) to[offset + i] = halfToNumber(bytes[2 * i]! | (bytes[2 * i + 1]! << 8));
}

/**
 * Writes tensors in the order given; the same input gives the same bytes. `into` takes them where it is as long as they are.
 * @throws {PolicyError} kind `input` when a tensor's values do not fill its shape or exceed F16, or two tensors share a name.
 */
export function writeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
  into?: ArrayBuffer,
): Uint8Array<ArrayBuffer> {
  const header: [string, unknown][] = [];
  const keys = Object.keys(metadata).sort();
  if (keys.length > 0) header.push(["__metadata__", Object.fromEntries(keys.map((key) => [key, metadata[key]]))]);
  const names = new Set<string>();
  let end = 0;
  for (const { name, shape, values, dtype = "F32" } of tensors) {
    if (names.has(name)) throw bad(`names must differ, got ${quote(name)} twice`);
    names.add(name);
    if (values.length !== elementCount(shape)) {
      throw bad(`${name} must hold ${elementCount(shape)} values for shape [${shape}], got ${values.length}`);
    }
    if (dtype === "F16") checkHalves(name, values);
    const begin = end;
    end += values.length * BYTES[dtype];
    header.push([name, { dtype, shape, data_offsets: [begin, end] }]);
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerLength = Math.ceil(text.length / 8) * 8;
  const length = 8 + headerLength + end;
  const bytes = new Uint8Array(into?.byteLength === length ? into : new ArrayBuffer(length));
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

/** Beyond the largest half a weight would become an infinity, which no reader takes. */
function checkHalves(name: string, values: Float32Array): void {
  const wide = values.find((value) => !(Math.abs(value) < HALF_OVERFLOW));
  if (wide !== undefined) {
    throw bad(`${name} must hold numbers below ${HALF_OVERFLOW} in magnitude to be stored as F16, got ${wide}`);
  }
}

/** The type of a tensor whose numbers can be read. @throws {PolicyError} kind `input` for types other than F32, F16 and BF16 */
function checkDtype({ name, dtype }: StoredTensor): Dtype {
  if (Object.hasOwn(BYTES, dtype)) return dtype as Dtype;
  throw bad(`${shownName(name)} must be stored as F32, F16 or BF16, got ${quote(dtype)}`);
}

function bad(message: string): PolicyError {
  return new PolicyError("input", `safetensors: ${message}`);
}
