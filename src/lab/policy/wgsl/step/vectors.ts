import { PolicyError, type PolicyState, type WeightsName } from "../../policy.ts";
import { wholly } from "../../workMemory.ts";
import { type Gpu, Usage } from "../device/device.ts";
import type { Program } from "./program.ts";

type SnapshotName = Exclude<WeightsName, "current">;

/** A part of a buffer, in bytes. */
interface Segment {
  readonly from: GPUBuffer;
  readonly at: number;
  readonly bytes: number;
}

/** The flat vectors of a policy [P]: weights, moments, snapshots. */
export interface Vectors {
  readonly current: GPUBuffer;
  readonly first: GPUBuffer;
  readonly second: GPUBuffer;
  /** @throws {PolicyError} "input" for a snapshot that was never taken. */
  of(name: WeightsName): GPUBuffer;
  /** @throws {PolicyError} "limits" where the device has no memory for another one */
  snapshot(name: SnapshotName, mix: number): Promise<void>;
  restore(name: SnapshotName): void;
  /** @throws {PolicyError} "limits" where the device has no memory for its snapshots */
  load(state: PolicyState): Promise<void>;
  /** Hands all of them to `use`, where they hold until it returns. */
  read<T>(use: (vectors: Omit<PolicyState, "shape" | "updates">) => T): Promise<T>;
}

/** `forget` hears of buffers that are no more. */
export function openVectors(gpu: Gpu, program: Program, forget: (buffer: GPUBuffer) => void): Vectors {
  const { queue } = gpu.device;
  const bytes = program.dims.p4 * 16;
  const { storage, copySource, copyTarget } = Usage;
  const vector = (label: string) => gpu.buffer(label, bytes, storage | copySource | copyTarget);
  const [current, first, second] = [vector("weights"), vector("first moment"), vector("second moment")];
  const snapshots = new Map<SnapshotName, Snapshot>();
  const place = async (name: SnapshotName): Promise<Snapshot> => {
    const known = snapshots.get(name);
    if (known) return known;
    const label = `${name} weights`;
    const make = () => {
      const buffer = vector(label);
      const mix = gpu.bindGroup(program.mix.layout, [{ buffer: program.share }, { buffer: current }, { buffer }]);
      return { buffer, mix, dispose: () => gpu.destroy(buffer) };
    };
    const snapshot = await wholly(() => gpu.made(label, bytes, make));
    snapshots.set(name, snapshot);
    return snapshot;
  };
  const write = (buffer: GPUBuffer, values: Float32Array) =>
    queue.writeBuffer(buffer, 0, values as Float32Array<ArrayBuffer>);
  const of = (name: WeightsName) => {
    const found = name === "current" ? current : snapshots.get(name)?.buffer;
    if (!found) throw new PolicyError("input", `${name} weights must be taken with snapshot first, got none`);
    return found;
  };
  return {
    current,
    first,
    second,
    of,
    async snapshot(name, mix) {
      if (mix !== 1 && !snapshots.has(name)) {
        throw new PolicyError("input", `${name} must have been taken before it can be mixed, got a mix of ${mix}`);
      }
      takeSnapshot(gpu, program, current, await place(name), mix);
    },
    restore(name) {
      const from = of(name);
      gpu.submit("restore", (encoder) => encoder.copyBufferToBuffer(from, 0, current, 0, bytes));
    },
    async load(state) {
      write(current, state.weights);
      write(first, state.firstMoment);
      write(second, state.secondMoment);
      for (const [name, { buffer }] of snapshots) {
        if (state.snapshots[name]) continue;
        snapshots.delete(name);
        gpu.destroy(buffer);
        forget(buffer);
      }
      for (const [name, weights] of Object.entries(state.snapshots)) {
        write((await place(name as SnapshotName)).buffer, weights);
      }
    },
    read: (use) => readVectors(gpu, { current, first, second, snapshots }, use),
  };
}

interface Snapshot {
  readonly buffer: GPUBuffer;
  /** Bindings of the kernel that mixes the current weights in. */
  readonly mix: GPUBindGroup;
}

/** snapshot ← mix · current + (1 − mix) · snapshot. */
function takeSnapshot(gpu: Gpu, program: Program, current: GPUBuffer, snapshot: Snapshot, mix: number): void {
  const { p4 } = program.dims;
  gpu.device.queue.writeBuffer(program.share, 0, Float32Array.of(mix));
  gpu.submit("snapshot", (encoder) => {
    if (mix === 1) {
      encoder.copyBufferToBuffer(current, 0, snapshot.buffer, 0, p4 * 16);
      return;
    }
    const pass = encoder.beginComputePass();
    pass.setPipeline(program.mix.pipeline);
    pass.setBindGroup(0, snapshot.mix);
    pass.dispatchWorkgroups(Math.min(1024, Math.ceil(p4 / 256)));
    pass.end();
    gpu.counters.dispatches++;
  });
}

interface Kept extends Pick<Vectors, "current" | "first" | "second"> {
  readonly snapshots: ReadonlyMap<SnapshotName, Snapshot>;
}

function readVectors<T>(
  gpu: Gpu,
  { current, first, second, snapshots }: Kept,
  use: (vectors: Omit<PolicyState, "shape" | "updates">) => T,
): Promise<T> {
  const names = [...snapshots.keys()];
  const buffers = [current, first, second, ...[...snapshots.values()].map(({ buffer }) => buffer)];
  const parts = buffers.map((from) => ({ from, at: 0, bytes: current.size }));
  return copyOut(gpu, parts, ([weights, firstMoment, secondMoment, ...rest]) =>
    use({
      weights: weights!,
      firstMoment: firstMoment!,
      secondMoment: secondMoment!,
      snapshots: Object.fromEntries(names.map((name, i) => [name, rest[i]!])),
    }),
  );
}

const MARK_BYTES = 4;

/**
 * Hands copies of parts of buffers to `use`, where they hold until it returns, through a buffer made for the occasion: for what
 * is not asked for in every step.
 */
export async function copyOut<T>(
  gpu: Gpu,
  parts: readonly Segment[],
  use: (values: readonly Float32Array[]) => T,
): Promise<T> {
  const total = parts.reduce((sum, part) => sum + part.bytes, 0);
  const staging = gpu.buffer("export", total + MARK_BYTES, Usage.mapRead | Usage.copyTarget);
  const seal = gpu.buffer("mark", MARK_BYTES, Usage.copySource | Usage.copyTarget);
  const mark = gpu.nextMark();
  gpu.device.queue.writeBuffer(seal, 0, Uint32Array.of(mark));
  try {
    gpu.submit("export", (encoder) => {
      let to = 0;
      for (const part of parts) {
        encoder.copyBufferToBuffer(part.from, part.at, staging, to, part.bytes);
        to += part.bytes;
      }
      encoder.copyBufferToBuffer(seal, 0, staging, total, MARK_BYTES);
    });
    return await gpu.read(staging, total + MARK_BYTES, (answer) => {
      gpu.verify("copy", new Uint32Array(answer, total)[0], mark);
      let at = 0;
      const values = parts.map(({ bytes }) => {
        at += bytes;
        return new Float32Array(answer, at - bytes, bytes / 4);
      });
      return use(values);
    });
  } finally {
    gpu.destroy(staging);
    gpu.destroy(seal);
  }
}
