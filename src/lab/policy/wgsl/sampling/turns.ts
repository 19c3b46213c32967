import { mebibytes } from "../../mebibytes.ts";
import { PolicyError, type Prompts, type SampleOptions } from "../../policy.ts";
import { STATE_WORDS, TAIL_WORDS } from "../kernels/rollout.ts";
import type { Dims } from "../layout/dims.ts";

/** Largest key/value cache; more rows than fit are served in turns. */
const CACHE_BYTES = 2 ** 28;
/** New tokens of a dispatch at most. */
const MOST_DRAWS = 16;

/** How the rows of a rollout are served. */
export interface Turns {
  /** Positions of a row in the key/value cache. */
  readonly capacity: number;
  /** Rows of a turn, and of a workgroup within it. */
  readonly rows: number;
  readonly each: number;
  /** Dispatches of a turn; tokens that each of them reads and draws at most. */
  readonly dispatches: number;
  readonly reads: number;
  readonly draws: number;
  readonly cacheBytes: number;
  readonly scratchBytes: number;
  readonly outBytes: number;
}

interface TurnOptions {
  readonly limits: GPUSupportedLimits;
  /** Streams that a workgroup draws. */
  readonly slots: number;
  /** Bytes of storage that a workgroup takes beside. */
  readonly spilled: number;
  /** Multiply-adds of a dispatch at most. */
  readonly dispatchWork: number;
  /** Bytes that keys and values may take, where one turn fits into them. */
  readonly workBytes: number;
}

/** @throws {PolicyError} "limits" where the cache of one row is too large. */
export function turnsOf(
  dims: Dims,
  sources: readonly Prompts[],
  { maxNewTokens: N }: SampleOptions,
  { limits, slots, spilled, dispatchWork, workBytes }: TurnOptions,
): Turns {
  const streams = sources.length;
  const { rows } = sources[0]!;
  const longest = Math.max(...sources.map((source) => source.length - Math.min(...source.starts)));
  const capacity = longest + N;
  const rowBytes = streams * dims.L * capacity * 2 * dims.kv4 * 16;
  const most = Math.min(CACHE_BYTES, limits.maxBufferSize, limits.maxStorageBufferBindingSize);
  if (rowBytes * slots > most * streams) {
    throw new PolicyError(
      "limits",
      `one sequence needs a ${mebibytes(rowBytes)} key/value cache, at most ${mebibytes(most)} can be had`,
    );
  }
  // A turn is of whole workgroups.
  const each = slots / streams;
  const groupsAtMost = Math.min(
    Math.max(1, Math.floor(Math.min(most, workBytes) / rowBytes / each)),
    Math.max(1, Math.floor(most / Math.max(1, spilled))),
    limits.maxComputeWorkgroupsPerDimension,
  );
  const turn = Math.min(Math.ceil(rows / each), groupsAtMost) * each;
  const reads = Math.max(1, Math.floor(dispatchWork / (4 * dims.p4 * turn * streams)));
  const draws = Math.min(MOST_DRAWS, reads);
  return {
    capacity,
    rows: turn,
    each,
    dispatches: Math.ceil((longest - 1) / reads) + Math.ceil(N / draws),
    reads,
    draws,
    cacheBytes: turn * rowBytes,
    // A binding is never empty.
    scratchBytes: Math.max(16, Math.ceil(turn / each) * spilled),
    outBytes: (rows * (STATE_WORDS + (streams + 2) * N) + TAIL_WORDS) * 4,
  };
}
