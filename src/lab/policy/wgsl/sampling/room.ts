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
  dispose(): void;
}

/** Bytes of each buffer. */
const BUFFERS = ["prompts", "cache", "scratch", "out", "staging"] as const;
type RoomBytes = Readonly<Record<(typeof BUFFERS)[number], number>>;

/** Whether rollouts of this size fit. */
const hasRoom = (room: Room, bytes: RoomBytes): boolean => BUFFERS.every((name) => room[name].size >= bytes[name]);

/** This size, but nowhere smaller than `old`. */
function grownTo(old: Room | null, bytes: RoomBytes): RoomBytes {
  const grown = (name: keyof RoomBytes) => Math.max(old?.[name].size ?? 0, bytes[name]);
  return {
    prompts: grown("prompts"),
    cache: grown("cache"),
    scratch: grown("scratch"),
    out: grown("out"),
    staging: grown("staging"),
  };
}

/** The one room that there is at a time. */
export function openRooms(gpu: Gpu) {
  let room: Room | null = null;
  return {
    forget(weights: GPUBuffer): void {
      room?.groups.delete(weights);
    },
    /** Nothing may be under way in it. */
    dispose(): void {
      room?.dispose();
      room = null;
    },
    /** Room for rollouts of this size. @throws {OutOfMemory}, {PolicyError} "limits" for the cache */
    async of(bytes: RoomBytes): Promise<Room> {
      if (room && hasRoom(room, bytes)) return room;
      const grown = grownTo(room, bytes);
      gpu.allow("key/value cache", grown.cache);
      room?.dispose();
      room = null;
      const all = BUFFERS.reduce((sum, name) => sum + grown[name], 0);
      room = await gpu.made("keys, values and answers of rollouts", all, () => openRoom(gpu, grown));
      return room;
    },
  };
}

function openRoom(gpu: Gpu, bytes: RoomBytes): Room {
  const { storage, copyTarget, copySource, mapRead } = Usage;
  const buffers = {
    prompts: gpu.buffer("prompts", bytes.prompts, storage | copyTarget),
    cache: gpu.buffer("key/value cache", bytes.cache, storage),
    scratch: gpu.buffer("rollout scratch", bytes.scratch, storage),
    out: gpu.buffer("rollouts", bytes.out, storage | copyTarget | copySource),
    staging: gpu.buffer("rollouts read-back", bytes.staging, mapRead | copyTarget),
  };
  return {
    ...buffers,
    groups: new Map(),
    dispose() {
      for (const name of BUFFERS) gpu.destroy(buffers[name]);
    },
  };
}
