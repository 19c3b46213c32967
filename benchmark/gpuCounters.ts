/*
 * What a step asks of WebGPU, counted at the API: the prototypes are wrapped, so that every library is counted alike.
 */

/** What the API was asked for between two moments. */
export interface GpuCounts {
  readonly dispatches: number;
  readonly submits: number;
  /** `mapAsync` calls. */
  readonly readBacks: number;
  /** Buffers, bind groups and pipelines made. */
  readonly objects: number;
  /** Milliseconds in which a read-back or the queue was waited for, up to now. */
  readonly waitMs: number;
}

export interface GpuMeter {
  /** Everything since the meter was installed. */
  now(): GpuCounts;
  /** Bytes of all buffers made and not yet destroyed. */
  bytes(): number;
}

type Method = (this: never, ...args: never[]) => unknown;
type Prototype = Record<string, Method>;

let installed: GpuMeter | undefined;

/** Wraps the prototypes of this thread, once; undefined where there is no WebGPU. */
export function gpuMeter(): GpuMeter | undefined {
  if (!("GPUDevice" in globalThis)) return undefined;
  installed ??= install();
  return installed;
}

function install(): GpuMeter {
  const counts = { dispatches: 0, submits: 0, readBacks: 0, objects: 0 };
  let bytes = 0;
  let waiting = 0;
  let waitingSince = 0;
  let waitMs = 0;
  const sizes = new WeakMap<object, number>();

  const count = (type: { prototype: object }, methods: readonly string[], what: keyof typeof counts) => {
    for (const method of methods) after(type, method, () => void counts[what]++);
  };
  count(GPUComputePassEncoder, ["dispatchWorkgroups", "dispatchWorkgroupsIndirect"], "dispatches");
  count(GPUQueue, ["submit"], "submits");
  count(GPUBuffer, ["mapAsync"], "readBacks");
  const pipelines = ["createComputePipeline", "createComputePipelineAsync"];
  count(GPUDevice, ["createBuffer", "createBindGroup", ...pipelines], "objects");
  after(GPUDevice, "createBuffer", (_, buffer) => {
    sizes.set(buffer as GPUBuffer, (buffer as GPUBuffer).size);
    bytes += (buffer as GPUBuffer).size;
  });
  after(GPUBuffer, "destroy", (buffer) => {
    bytes -= sizes.get(buffer) ?? 0;
    sizes.delete(buffer);
  });
  for (const [type, method] of [
    [GPUBuffer, "mapAsync"],
    [GPUQueue, "onSubmittedWorkDone"],
  ] as const) {
    after(type, method, (_, promise) => {
      if (waiting++ === 0) waitingSince = performance.now();
      const done = () => {
        if (--waiting === 0) waitMs += performance.now() - waitingSince;
      };
      (promise as Promise<void>).then(done, done);
    });
  }
  const waited = () => waitMs + (waiting > 0 ? performance.now() - waitingSince : 0);
  return { now: () => ({ ...counts, waitMs: waited() }), bytes: () => bytes };
}

/** Runs `then` with the receiver and the result after each call. */
function after(type: { prototype: object }, method: string, then: (self: object, result: unknown) => void): void {
  const prototype = type.prototype as Prototype;
  const original = prototype[method];
  if (!original) return;
  prototype[method] = function (this: never, ...args: never[]) {
    const result = original.apply(this, args);
    then(this, result);
    return result;
  };
}

export function difference(from: GpuCounts, to: GpuCounts): GpuCounts {
  return {
    dispatches: to.dispatches - from.dispatches,
    submits: to.submits - from.submits,
    readBacks: to.readBacks - from.readBacks,
    objects: to.objects - from.objects,
    waitMs: to.waitMs - from.waitMs,
  };
}
