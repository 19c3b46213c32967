import { plain } from "virtual:simd-kernels";
import { PolicyError } from "../policy.ts";

/** The functions of the module in kernels/, by their names there. Addresses and sizes in bytes. */
export interface Kernels {
  heapBase(): number;
  setShape(
    V: number,
    C: number,
    L: number,
    H: number,
    G: number,
    D: number,
    F: number,
    tied: number,
    eps: number,
  ): void;
  setTables(cos: number, sin: number): void;
  setThread(index: number, count: number, meeting: number): void;
  plan(
    base: number,
    tokens: number,
    scored: number,
    rows: number,
    longest: number,
    training: number,
    thread: number,
    threads: number,
  ): number;
  tablesAt(): number;
  positionsAt(): number;
  rowStartAt(): number;
  sourceAt(): number;
  sourcePositionAt(): number;
  rowScoredAt(): number;
  nextAt(): number;
  scalesAt(): number;
  scoresAt(): number;
  creditsAt(): number;
  logitsAt(): number;
  forward(weights: number): void;
  backward(weights: number, gradient: number): void;
  planRollout(base: number, rows: number, streams: number, maxNew: number, longest: number): number;
  lengthsAt(): number;
  writtenAt(): number;
  rollout(
    weights: number,
    seed: number,
    stream: number,
    step: number,
    temperature: number,
    topP: number,
    end: number,
    pad: number,
    gate: number,
    beta: number,
    switchToken: number,
  ): void;
  runCount(): number;
  vectorNorm(vector: number, sums: number): number;
  setAdamW(
    weights: number,
    first: number,
    second: number,
    gradient: number,
    factor: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    rate: number,
    spread: number,
  ): void;
  adamW(keepMatrix: number, keepNorm: number): void;
  mixVectors(from: number, to: number, mix: number): void;
  registerLoop(rounds: number): number;
}

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * The compiled kernels, the same module for every policy of this thread.
 * @throws {PolicyError} kind `device` where WebAssembly SIMD cannot be had.
 */
export function kernelModule(): Promise<WebAssembly.Module> {
  compiled ??= compile(fromBase64(plain));
  return compiled;
}

async function compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new PolicyError("device", `WebAssembly with SIMD must be there, got: ${got}`);
  }
}

/** The kernels on a memory of their own. */
export async function openKernels(memory: WebAssembly.Memory): Promise<Kernels> {
  const { exports } = await WebAssembly.instantiate(await kernelModule(), { env: { memory } });
  // What kernels/index.ts exports; module.test.ts compares the names.
  return exports as unknown as Kernels;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
