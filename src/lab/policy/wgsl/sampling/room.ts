import { type Gpu, Usage } from "../device/device.ts";

/** Buffers for rollouts of one size, grown when a larger one comes. */
export interface Room {
  readonly prompts: GPUBuffer;
  readonly cache: GPUBuffer;
  /** Arrays that workgroup memory is too small for. */
  readonly scratch: GPUBuffer;
  readonly out: GPUBuffer;
  readonly staging: GPUBuffer;
  /** Bindings by the weights that they read. */
  readonly groups: Map<GPUBuffer, GPUBindGroup>;
}

/** Bytes of each buffer. */
type RoomBytes = Readonly<Record<"prompts" | "cache" | "scratch" | "out" | "staging", number>>;

/** Whether rollouts of this size fit. */
export const hasRoom = (room: Room, bytes: RoomBytes): boolean =>
  room.prompts.size >= bytes.prompts &&
  room.cache.size >= bytes.cache &&
  room.scratch.size >= bytes.scratch &&
  room.out.size >= bytes.out &&
  room.staging.size >= bytes.staging;

/** Room for this size in the place of `old`, nowhere smaller than that. @throws {PolicyError} "limits" for the cache */
export function openRoom(gpu: Gpu, old: Room | null, bytes: RoomBytes): Room {
  const grown = (before: GPUBuffer | undefined, now: number) => Math.max(before?.size ?? 0, now);
  const { storage, copyTarget, copySource, mapRead } = Usage;
  gpu.allow("key/value cache", bytes.cache);
  for (const buffer of old ? [old.prompts, old.cache, old.scratch, old.out, old.staging] : []) gpu.destroy(buffer);
  return {
    prompts: gpu.buffer("prompts", grown(old?.prompts, bytes.prompts), storage | copyTarget),
    cache: gpu.buffer("key/value cache", grown(old?.cache, bytes.cache), storage),
    scratch: gpu.buffer("rollout scratch", grown(old?.scratch, bytes.scratch), storage),
    out: gpu.buffer("rollouts", grown(old?.out, bytes.out), storage | copyTarget | copySource),
    staging: gpu.buffer("rollouts read-back", grown(old?.staging, bytes.staging), mapRead | copyTarget),
    groups: new Map(),
  };
}
