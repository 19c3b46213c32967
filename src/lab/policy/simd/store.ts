import { checkState } from "../checks.ts";
import { mebibytes } from "../mebibytes.ts";
import { PolicyError, type PolicyState, type WeightsName } from "../policy.ts";
import { type PolicyShape, parameterCount } from "../shape.ts";
import { OutOfMemory } from "../workMemory.ts";
import { type Kernels, kernelMemory, kernelModule, MOST_PAGES, openKernels, type Variant } from "./module.ts";
import { rotaryTables } from "./rotation.ts";
import { type SharedWork, Team, type Threads } from "./team.ts";

export type SnapshotName = Exclude<WeightsName, "current">;

const PAGE = 65_536;
/** Memory grows by so much at least: batches differ a little in size from step to step. */
const GROWTH = 4 * 2 ** 20;
/**
 * The one memory of a policy: rotary tables, parameters, moments, gradient and snapshots as flat vectors [P] in the
 * checkpoint's order, then an arena that every request lays out anew. It grows and never shrinks. Helper threads share it.
 */
export class Store {
  readonly kernels: Kernels;
  readonly current: number;
  readonly first: number;
  readonly second: number;
  readonly gradient: number;
  /** Room for partial sums of a vector's norm, and a number more. */
  readonly sums: number;
  /** Where the arena begins. */
  arena: number;
  readonly #shape: PolicyShape;
  readonly #memory: WebAssembly.Memory;
  readonly #count: number; // P
  readonly #firstSnapshot: number;
  readonly #snapshots = new Map<SnapshotName, number>();
  readonly #team: Team | undefined;
  readonly #mostPages: number;

  /**
   * `threads`: where there are more than one. `mostPages`: of memory; for tests.
   * @throws {PolicyError} kind `limits` where there is not even room for the vectors
   */
  static async open(shape: PolicyShape, variant: Variant, threads?: Threads, mostPages = MOST_PAGES): Promise<Store> {
    const shared = threads && threads.most > 1 && sharedMemory(mostPages);
    if (!shared) {
      const memory = kernelMemory(1, false, mostPages);
      return new Store(shape, memory, mostPages, await openKernels(memory, variant));
    }
    const module = await kernelModule(variant, true);
    return new Store(shape, shared, mostPages, await openKernels(shared, variant), { threads, module });
  }

  private constructor(
    shape: PolicyShape,
    memory: WebAssembly.Memory,
    mostPages: number,
    kernels: Kernels,
    team?: { readonly threads: Threads; readonly module: WebAssembly.Module },
  ) {
    this.#shape = shape;
    this.#memory = memory;
    this.#mostPages = mostPages;
    this.kernels = kernels;
    this.#count = parameterCount(shape);
    const { vocabSize, width, layers, heads, kvHeads, headWidth, hidden, tied, normEpsilon } = shape;
    const sizes = [vocabSize, width, layers, heads, kvHeads, headWidth, hidden, tied ? 1 : 0, normEpsilon] as const;
    kernels.setShape(...sizes);
    let at = aligned(kernels.heapBase());
    const take = (bytes: number) => {
      const found = at;
      at = aligned(at + bytes);
      return found;
    };
    const { cos, sin } = rotaryTables(shape);
    const [cosAt, sinAt] = [take(cos.byteLength), take(sin.byteLength)];
    this.current = take(4 * this.#count);
    this.first = take(4 * this.#count);
    this.second = take(4 * this.#count);
    this.gradient = take(4 * this.#count);
    this.sums = take(8 * (kernels.runCount() + 1));
    const teamAt = take(kernels.teamBytes());
    this.#firstSnapshot = this.arena = at;
    this.#reserveVectors(at);
    kernels.setTables(cosAt, sinAt);
    this.floats(cosAt, cos.length).set(cos);
    this.floats(sinAt, sin.length).set(sin);
    if (!team) return;
    const start = { module: team.module, memory, shape: sizes, tables: [cosAt, sinAt] } as const;
    this.#team = new Team(team.threads, kernels, start, teamAt);
  }

  get width(): number {
    return this.#shape.width;
  }

  get mostThreads(): number {
    return this.#team?.most ?? 1;
  }

  /** The threads for a command that takes so many tokens through the decoder between two meetings. */
  threadsFor(kind: SharedWork, tokens: number): number {
    return this.#team?.forWork(kind, tokens * this.#count) ?? 1;
  }

  /** Runs a command of so many tokens, planned for so many threads. @throws {PolicyError} kind `device` where a thread failed */
  run(kind: SharedWork, tokens: number, threads: number, command: () => void): void {
    if (this.#team) this.#team.run(kind, tokens * this.#count, threads, command);
    else command();
  }

  /** @throws {PolicyError} kind `device` where a thread did not finish its part of the last command */
  checkThreads(): void {
    this.#team?.check();
  }

  dispose(): void {
    this.#team?.dispose();
  }

  /** Makes every byte before `end` exist. @throws {OutOfMemory} */
  reserve(end: number): void {
    const { byteLength } = this.#memory.buffer;
    if (end <= byteLength) return;
    const wanted = Math.min(this.#mostPages, (Math.ceil(end / GROWTH) * GROWTH) / PAGE);
    try {
      this.#memory.grow(Math.max(wanted, Math.ceil(end / PAGE)) - byteLength / PAGE);
    } catch {
      throw new OutOfMemory("the policy", end - this.arena);
    }
  }

  /** A view; valid until memory grows. */
  floats(at: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, at, length);
  }

  words(at: number, length: number): Int32Array {
    return new Int32Array(this.#memory.buffer, at, length);
  }

  /** @throws {PolicyError} kind `input` for a snapshot that was never taken */
  of(name: WeightsName): number {
    const found = name === "current" ? this.current : this.#snapshots.get(name);
    if (found === undefined) {
      throw new PolicyError("input", `${name} weights must be taken with snapshot first, got none`);
    }
    return found;
  }

  snapshot(name: SnapshotName, mix: number): void {
    if (mix !== 1 && !this.#snapshots.has(name)) {
      throw new PolicyError("input", `${name} must have been taken before it can be mixed, got a mix of ${mix}`);
    }
    const to = this.#place(name);
    if (mix === 1) this.#vector(to).set(this.#vector(this.current));
    else this.kernels.mixVectors(this.current, to, mix);
  }

  restore(name: SnapshotName): void {
    this.#vector(this.current).set(this.#vector(this.of(name)));
  }

  /** Weights to read with alone: nothing of what an update keeps is touched. */
  loadWeights(weights: Float32Array): void {
    this.#vector(this.current).set(weights);
  }

  load(state: PolicyState): void {
    checkState(this.#shape, state);
    this.#snapshots.clear();
    this.arena = this.#firstSnapshot;
    for (const [name, weights] of Object.entries(state.snapshots)) {
      this.#vector(this.#place(name as SnapshotName)).set(weights);
    }
    this.loadWeights(state.weights);
    this.#vector(this.first).set(state.firstMoment);
    this.#vector(this.second).set(state.secondMoment);
  }

  /** Views of everything but the count of updates; valid until memory grows. */
  vectors(): Omit<PolicyState, "shape" | "updates"> {
    const snapshots = [...this.#snapshots].map(([name, at]) => [name, this.#vector(at)]);
    return {
      weights: this.#vector(this.current),
      firstMoment: this.#vector(this.first),
      secondMoment: this.#vector(this.second),
      snapshots: Object.fromEntries(snapshots),
    };
  }

  clearGradient(): void {
    this.#vector(this.gradient).fill(0);
  }

  readGradient(): Float32Array {
    return this.#vector(this.gradient).slice();
  }

  memory(): { readonly bytes: number; readonly buffers: number } {
    return { bytes: this.#memory.buffer.byteLength, buffers: 4 + this.#snapshots.size };
  }

  /** Bytes that the arena can ever have. */
  get room(): number {
    return this.#mostPages * PAGE - this.arena;
  }

  /** @throws {PolicyError} kind `limits` where there is no room for the vectors */
  #reserveVectors(end: number): void {
    try {
      this.reserve(end);
    } catch (error) {
      if (!(error instanceof OutOfMemory)) throw error;
      throw new PolicyError(
        "limits",
        `a policy of ${this.#count} parameters must find ${mebibytes(end)} for weights, moments, gradient and snapshots, got none`,
      );
    }
  }

  #place(name: SnapshotName): number {
    let at = this.#snapshots.get(name);
    if (at === undefined) {
      at = this.arena;
      const end = aligned(at + 4 * this.#count);
      this.#reserveVectors(end);
      this.arena = end;
      this.#snapshots.set(name, at);
    }
    return at;
  }

  #vector(at: number): Float32Array {
    return this.floats(at, this.#count);
  }
}

/** None where the host has no such memory, or none of this size. */
function sharedMemory(mostPages: number): WebAssembly.Memory | undefined {
  try {
    return kernelMemory(1, true, mostPages);
  } catch {
    return undefined;
  }
}

/** Where a cache line begins. */
export function aligned(at: number): number {
  return Math.ceil(at / 64) * 64;
}
