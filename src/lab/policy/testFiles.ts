import { readFileSync } from "node:fs";
import { weightsFromTensors } from "./huggingFace.ts";
import { readLlamaConfig } from "./huggingFaceConfig.ts";
import type { ModelFolder } from "./huggingFaceFolder.ts";
import { tensorValues } from "./safetensors.ts";
import { readSafetensorsHeader } from "./safetensorsHeader.ts";
import type { PolicyShape } from "./shape.ts";

/** A tensor as the header of a test's file names it; bytes and offsets follow from the values unless given. */
export interface TestTensor {
  readonly name: string;
  readonly dtype?: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  readonly offsets?: readonly unknown[];
}

const TEXT = new TextEncoder();

/** A safetensors file whose header is the given text or value, written without any check. */
export function fileWithHeader(header: unknown, data: Uint8Array, claimed?: bigint): Uint8Array {
  const text = TEXT.encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

/** A safetensors file of these tensors, one after the other; equal names stay. */
export function fileOf(tensors: readonly TestTensor[], rest = new Uint8Array()): Uint8Array {
  let end = 0;
  const entries = tensors.map(({ name, dtype = "F32", shape, bytes, offsets }) => {
    const place = offsets ?? [end, end + bytes.length];
    end += bytes.length;
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: place })}`;
  });
  const data = new Uint8Array(end + rest.length);
  let at = 0;
  for (const { bytes } of tensors) {
    data.set(bytes, at);
    at += bytes.length;
  }
  data.set(rest, end);
  return fileWithHeader(`{${entries.join()}}`, data);
}

/** The tensors of vectors/model.safetensors. */
export function modelTensors(): TestTensor[] {
  return readSafetensorsHeader(modelBytes()).tensors.map(({ name, dtype, shape, bytes }) => ({
    name,
    dtype,
    shape,
    bytes,
  }));
}

export function modelBytes(): Uint8Array {
  return new Uint8Array(readFileSync(new URL("./vectors/model.safetensors", import.meta.url)));
}

/** vectors/config.json, changed; a change to undefined takes the key out. */
export function modelConfig(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const config = JSON.parse(readFileSync(new URL("./vectors/config.json", import.meta.url), "utf8"));
  return JSON.parse(JSON.stringify({ ...config, ...change }));
}

/** A folder in memory. Values that are no bytes become JSON. */
export function folderOf(files: Readonly<Record<string, unknown>>): ModelFolder {
  return {
    name: "somebody's",
    files: Object.keys(files),
    async read(file) {
      const content = files[file];
      if (content instanceof Uint8Array) return content;
      return TEXT.encode(typeof content === "string" ? content : JSON.stringify(content));
    },
  };
}

/** Milliseconds of this process's own time that a call takes, the least of three: the clock on the wall counts other programs. */
export function ownMilliseconds(call: () => void): number {
  const times = [0, 1, 2].map(() => {
    const before = process.cpuUsage();
    call();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

/** The tensors of a safetensors file, widened to float32, in the order of the data. */
export function readSafetensors(bytes: Uint8Array) {
  const { tensors, metadata } = readSafetensorsHeader(bytes);
  const read = tensors.map((tensor) => {
    const { name, shape } = tensor;
    return [name, { name, shape, values: tensorValues(tensor) }] as const;
  });
  return { tensors: new Map(read), metadata };
}

/** The sizes in the `config.json` of a Hugging Face Llama. */
export const shapeFromConfig = (config: unknown): PolicyShape => readLlamaConfig(config).shape;

/** The flat parameter vector of a safetensors file with Hugging Face's names. */
export const weightsFromSafetensors = (shape: PolicyShape, bytes: Uint8Array): Float32Array =>
  weightsFromTensors(shape, readSafetensorsHeader(bytes).tensors);
