import { MEMORY_BYTES } from "../activationBytes.ts";
import { PolicyError } from "../policy.ts";

/** See kernels/product.ts. */
type Product = (
  a: number,
  aRow: number,
  b: number,
  bRow: number,
  c: number,
  cRow: number,
  firstRow: number,
  endRow: number,
  columns: number,
  summands: number,
  add: number,
) => void;

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
  plan(
    base: number,
    tokens: number,
    scored: number,
    rows: number,
    longest: number,
    training: number,
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
  statesAt(): number;
  forward(weights: number): void;
  stayingAt(): number;
  narrow(rows: number): void;
  backward(weights: number, gradient: number, earlier: number, all: number, later: number): void;
  planRollout(
    base: number,
    rows: number,
    streams: number,
    maxNew: number,
    prompts: number,
    longest: number,
    threads: number,
  ): number;
  promptOfAt(): number;
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
    firstRow: number,
  ): void;
  teamBytes(): number;
  setTeam(at: number, index: number, secondsWithoutProgress: number): void;
  isBroken(): number;
  stallCount(): number;
  dismiss(): void;
  /** Of a helper: its part of the next command, 0 where there will be none. */
  help(): number;
  reportFailure(): void;
  runCount(): number;
  update(
    weights: number,
    first: number,
    second: number,
    gradient: number,
    sums: number,
    clipNorm: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    rate: number,
    spread: number,
    keepMatrix: number,
    keepNorm: number,
    threads: number,
  ): void;
  gradientNorm(): number;
  weightsNorm(): number;
  mixVectors(from: number, to: number, mix: number): void;
  /** a · b + c by the variant's own instruction. */
  multiplyAdd(a: number, b: number, c: number): number;
  /** For tests. */
  exp1(x: number): number;
  log1(x: number): number;
  uniformAt(seed: number, stream: number, step: number, row: number, position: number): number;
  /** For measurements. */
  registerLoop(rounds: number): number;
  setScratch(at: number): void;
  productAB: Product;
  productABt: Product;
  productAtB: Product;
}

/**
 * `plain`: multiplications and additions are rounded each, the same bits on every machine. `fused`: they are rounded once,
 * where the processor and the engine can; about a third faster.
 */
export type Variant = "plain" | "fused";

/** Of 64 KiB. In scripts/kernels.mjs too. */
export const MOST_PAGES = MEMORY_BYTES / 65_536;

/** A memory that the kernels can be opened on. `shared`: by threads, where the host has such memory. `mostPages`: it grows to. */
export function kernelMemory(pages: number, shared = false, mostPages = MOST_PAGES): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: pages, maximum: mostPages, shared });
}

const compiled = new Map<string, Promise<WebAssembly.Module>>();

/**
 * The compiled kernels, the same module for every policy of this thread. `shared`: for memory that threads share.
 * @throws {PolicyError} kind `device` where the engine does not know the instructions.
 */
export function kernelModule(variant: Variant = "plain", shared = false): Promise<WebAssembly.Module> {
  const key = `${variant} ${shared}`;
  let module = compiled.get(key);
  if (!module) {
    module = compile(variant, shared);
    compiled.set(key, module);
    // An engine may be allowed more instructions later.
    module.catch(() => compiled.delete(key));
  }
  return module;
}

async function compile(variant: Variant, shared: boolean): Promise<WebAssembly.Module> {
  const { default: text } =
    variant === "fused" ? await import("virtual:simd-kernels/fused") : await import("virtual:simd-kernels/plain");
  const bytes = await inflated(fromBase64(text));
  if (shared) askForSharedMemory(bytes);
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new PolicyError("device", `WebAssembly must know ${INSTRUCTIONS[variant]}, got: ${got}`);
  }
}

/** `memory`, and that it is one: what stands before the byte that says whether it has a maximum (1) and is shared (2). */
const MEMORY_IMPORT = "\u0006memory\u0002";

/** The same code runs on memory of both kinds; only its import must name the one that it is given. */
function askForSharedMemory(bytes: Uint8Array): void {
  const at = String.fromCharCode(...bytes.subarray(0, 4096)).indexOf(MEMORY_IMPORT) + MEMORY_IMPORT.length;
  bytes[at]! |= 2;
}

const INSTRUCTIONS: Readonly<Record<Variant, string>> = { plain: "SIMD", fused: "relaxed SIMD" };

/** The kernels on a memory of their own. */
export async function openKernels(memory: WebAssembly.Memory, variant: Variant = "plain"): Promise<Kernels> {
  const module = await kernelModule(variant, !(memory.buffer instanceof ArrayBuffer));
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  // What kernels/index.ts exports; module.test.ts compares the names.
  return exports as typeof exports & Kernels;
}

/**
 * Whether the fused kernels run here and round once. The relaxed instruction may also round twice: then they are no faster, and
 * their bits would be the plain kernels' under another name.
 */
export async function canFuse(): Promise<boolean> {
  try {
    const { multiplyAdd } = await openKernels(kernelMemory(1), "fused");
    // (1 + 2^-23)(1 − 2^-23) = 1 − 2^-46, which is 1 in a float32.
    return multiplyAdd(1 + 2 ** -23, 1 - 2 ** -23, -1) !== 0;
  } catch (error) {
    if (error instanceof PolicyError) return false;
    throw error;
  }
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** By hand: in Node the ready-made ways through a Response or a Blob load for up to 50 ms. */
async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const { readable, writable } = new DecompressionStream("deflate-raw");
  const writer = writable.getWriter();
  const written = Promise.all([writer.write(bytes), writer.close()]);
  const reader = readable.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) pieces.push(piece.value);
  await written;
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}
