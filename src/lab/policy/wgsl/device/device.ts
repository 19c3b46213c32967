import { mebibytes } from "../../mebibytes.ts";
import { PolicyError } from "../../policy.ts";
import { OutOfMemory } from "../../workMemory.ts";
import { describeAdapter } from "./adapter.ts";
import { checkMark, openMarks } from "./marks.ts";
import { type Pipelines, pipelinesOn } from "./pipelines.ts";

/* WebGPU's flag values (specification, §5.1 and §5.4): Node has no such globals. */
export const Usage = {
  mapRead: 0x1,
  copySource: 0x4,
  copyTarget: 0x8,
  uniform: 0x40,
  storage: 0x80,
  queryResolve: 0x200,
} as const;
const MAP_MODE_READ = 1;

/** What a policy asked of its device so far. */
export interface Counters {
  dispatches: number;
  submits: number;
  readbacks: number;
  buffers: number;
  bindGroups: number;
  pipelines: number;
}

/**
 * A GPUDevice with an account: counts what is created and asked for, knows the bytes that live on it, and turns every
 * failure into a {@link PolicyError} of kind "device". The device itself may be shared, e.g. with tfjs; only what was
 * made here is counted and destroyed.
 */
export interface Gpu {
  readonly device: GPUDevice;
  readonly counters: Counters;
  /** The mark of the next chain of commands, see marks.ts. */
  readonly nextMark: () => number;
  /** @throws {PolicyError} "device" where an answer does not carry the mark of what was asked. */
  verify(what: string, got: number | undefined, mark: number): void;
  /** Adapter in words, for the badge. */
  readonly adapter: string;
  /** @throws {PolicyError} "limits", with both numbers, where the device does not allow the size. */
  buffer(label: string, bytes: number, usage: number): GPUBuffer;
  /**
   * What is made of buffers that take so many bytes for `what`.
   * @throws {OutOfMemory} where the device has none; what was made of them is dropped
   */
  made<T extends { dispose(): void }>(what: string, bytes: number, make: () => T): Promise<T>;
  /** Refuses a buffer before it is made. @throws {PolicyError} "limits" */
  allow(label: string, bytes: number): void;
  destroy(buffer: GPUBuffer): void;
  readonly pipeline: Pipelines;
  bindGroup(layout: GPUBindGroupLayout, entries: readonly GPUBindingResource[]): GPUBindGroup;
  /** Commands for {@link hold}; may be dropped. */
  encode(label: string, record: (encoder: GPUCommandEncoder) => void): GPUCommandBuffer;
  /** Submits at once, behind what {@link hold} kept back. */
  submit(label: string, record: (encoder: GPUCommandEncoder) => void): void;
  /**
   * Keeps the commands back until the next submit or {@link flush}, which takes them along: two parts of a step cost one
   * submit, and the GPU does not start on the first while the second is still being recorded. Whoever holds sees to it that
   * nothing is written meanwhile to what the commands read.
   */
  hold(commands: GPUCommandBuffer): void;
  flush(): void;
  /** The one place where the GPU is awaited: maps `[0, bytes)` of a staging buffer, hands it to `take`, unmaps. */
  read<T>(staging: GPUBuffer, bytes: number, take: (bytes: ArrayBuffer) => T): Promise<T>;
  /** @throws {PolicyError} "device" once the device has failed. */
  check(): void;
  memory(): { bytes: number; buffers: number };
  /** Stops listening and destroys every buffer made here; the device stays. */
  dispose(): void;
}

/** @param trusting answers are taken without their marks: of a device that computes nothing, to measure what the CPU does */
export function openGpu(device: GPUDevice, trusting = false): Gpu {
  const counters: Counters = { dispatches: 0, submits: 0, readbacks: 0, buffers: 0, bindGroups: 0, pipelines: 0 };
  const health = watchOver(device);
  const { check } = health;
  const buffers = ownBuffers(device, counters, check);
  const commands = commandsOf(device, counters, check);
  return {
    device,
    counters,
    nextMark: openMarks(),
    verify: trusting ? () => {} : checkMark,
    adapter: describeAdapter(device),
    check,
    allow: (label, bytes) => allow(device, label, bytes),
    made: (what, bytes, make) => made(device, check, new OutOfMemory(what, bytes), make),
    buffer: buffers.make,
    destroy: buffers.destroy,
    memory: buffers.memory,
    pipeline: pipelinesOn(device, () => counters.pipelines++),
    bindGroup(layout, entries) {
      counters.bindGroups++;
      return device.createBindGroup({
        layout,
        entries: entries.map((resource, binding) => ({ binding, resource })),
      });
    },
    encode: commands.encode,
    submit: commands.submit,
    hold: commands.hold,
    flush: commands.flush,
    async read(staging, bytes, take) {
      check();
      counters.readbacks++;
      try {
        await staging.mapAsync(MAP_MODE_READ, 0, bytes);
      } catch (error) {
        check();
        throw new PolicyError("device", `the GPU's answer could not be read: ${String(error)}`);
      }
      try {
        check();
        return take(staging.getMappedRange(0, bytes));
      } finally {
        if (staging.mapState === "mapped") staging.unmap();
      }
    },
    dispose() {
      health.leave();
      commands.drop();
      buffers.destroyAll();
    },
  };
}

/** What goes wrong on a device, until `leave`: the first failure is the one that `check` throws. */
function watchOver(device: GPUDevice) {
  let failure: PolicyError | null = null;
  let closed = false;
  const fail = (message: string) => {
    failure ??= new PolicyError("device", message);
  };
  const onError = (event: GPUUncapturedErrorEvent) => fail(`the GPU refused a command: ${event.error.message}`);
  device.addEventListener("uncapturederror", onError);
  void device.lost.then((info) => {
    if (!closed) fail(`the GPU was lost (${info.reason ?? "unknown"}): ${info.message || "no reason given"}`);
  });
  return {
    check() {
      if (closed) throw new PolicyError("device", "this policy was disposed of and can serve no more requests");
      if (failure) throw failure;
    },
    leave() {
      closed = true;
      device.removeEventListener("uncapturederror", onError);
    },
  };
}

/** The buffers that were made here and live. */
function ownBuffers(device: GPUDevice, counters: Counters, check: () => void) {
  const alive = new Map<GPUBuffer, number>();
  return {
    make(label: string, bytes: number, usage: number): GPUBuffer {
      check();
      allow(device, label, bytes);
      const buffer = device.createBuffer({ label, size: Math.max(16, Math.ceil(bytes / 16) * 16), usage });
      counters.buffers++;
      alive.set(buffer, buffer.size);
      return buffer;
    },
    destroy(buffer: GPUBuffer) {
      if (alive.delete(buffer)) buffer.destroy();
    },
    memory() {
      let bytes = 0;
      for (const size of alive.values()) bytes += size;
      return { bytes, buffers: alive.size };
    },
    destroyAll() {
      for (const buffer of alive.keys()) buffer.destroy();
      alive.clear();
    },
  };
}

/** Between two error scopes: of memory that the device does not have, and of what is refused of buffers that are none then. */
async function made<T extends { dispose(): void }>(
  device: GPUDevice,
  check: () => void,
  none: OutOfMemory,
  make: () => T,
): Promise<T> {
  device.pushErrorScope("out-of-memory");
  device.pushErrorScope("validation");
  // A lost device answers with a rejection; the check says so.
  const pop = () => Promise.all([device.popErrorScope(), device.popErrorScope()]).catch(() => [null, null]);
  let whole: T;
  try {
    whole = make();
  } catch (error) {
    void pop();
    throw error;
  }
  const [refused, missing] = await pop();
  if (missing || refused) whole.dispose();
  if (missing) throw none;
  if (refused) throw new PolicyError("device", `the GPU refused a command: ${refused.message}`);
  check();
  return whole;
}

function allow({ limits }: GPUDevice, label: string, bytes: number): void {
  const allowed = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  if (bytes <= allowed) return;
  throw new PolicyError(
    "limits",
    `this policy needs a ${mebibytes(bytes)} buffer for its ${label}, this GPU allows ${mebibytes(allowed)}`,
  );
}

/** Commands on their way: recorded, held back, submitted. */
function commandsOf(device: GPUDevice, counters: Counters, check: () => void) {
  const held: GPUCommandBuffer[] = [];
  const encode: Gpu["encode"] = (label, record) => {
    check();
    const encoder = device.createCommandEncoder({ label });
    record(encoder);
    return encoder.finish();
  };
  const flush = () => {
    if (held.length === 0) return;
    device.queue.submit(held);
    held.length = 0;
    counters.submits++;
  };
  return {
    encode,
    flush,
    hold(commands: GPUCommandBuffer) {
      held.push(commands);
    },
    submit(label: string, record: (encoder: GPUCommandEncoder) => void) {
      held.push(encode(label, record));
      flush();
    },
    drop() {
      held.length = 0;
    },
  };
}

/**
 * A device of our own with all that the adapter allows.
 * @throws {PolicyError} "device" where there is no adapter.
 */
export async function requestGpuDevice(gpu: GPU | undefined): Promise<GPUDevice> {
  const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new PolicyError("device", "no GPU adapter can be had: WebGPU is missing or switched off");
  const { limits } = adapter;
  return adapter.requestDevice({
    requiredFeatures: (["timestamp-query", "subgroups"] as GPUFeatureName[]).filter((name) =>
      adapter.features.has(name),
    ),
    requiredLimits: {
      maxBufferSize: limits.maxBufferSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
    },
  });
}
