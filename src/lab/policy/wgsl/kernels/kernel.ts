import { HEADER_FIELDS } from "../layout/batch.ts";

/** How much work a batch brings: N tokens, S of them scored; and of how many it is a micro-batch, N where it is none. */
export interface Load {
  readonly tokens: number;
  readonly scored: number;
  readonly all: number;
}

/** One WGSL program. All kernels of a plan share one pipeline layout, so their bind groups are made once. */
export interface Kernel {
  readonly label: string;
  readonly code: string;
  /** Names of the u32 words of its job, in order: what differs from dispatch to dispatch. At most 64. */
  readonly fields: readonly string[];
  /** Workgroups along x, y, z. */
  grid(load: Load): readonly [number, number, number];
}

/** Words of one job: a dynamic uniform offset must be a multiple of 256 bytes. */
export const JOB_WORDS = 64;

/** Absent, where a job names a place that it may do without. */
export const NONE = 0xffffffff;

/**
 * Declarations that every kernel of a plan begins with.
 * arena: activations and their gradients; stats: one float per token, head or workgroup; slices: partial gradients.
 */
export function prelude(fields: readonly string[]): string {
  return /* wgsl */ `
struct Batch { ${HEADER_FIELDS.map((name) => `${name}: u32`).join(", ")} }
struct Job { ${fields.map((name) => `${name}: u32`).join(", ")} }
@group(0) @binding(0) var<uniform> batch: Batch;
@group(0) @binding(1) var<storage, read> tables: array<i32>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read> rope: array<vec4f>;
@group(1) @binding(0) var<uniform> job: Job;
@group(1) @binding(1) var<storage, read_write> arena: array<vec4f>;
@group(1) @binding(2) var<storage, read_write> stats: array<f32>;
@group(1) @binding(3) var<storage, read_write> slices: array<vec4f>;
`;
}

/** The same text for i = 0 … n − 1, one after another: WGSL has no unrolling. */
export function times(n: number, text: (i: number) => string, separator = "\n"): string {
  return Array.from({ length: n }, (_, i) => text(i)).join(separator);
}

export function ceilDiv(a: number, b: number): number {
  return Math.ceil(a / b);
}

/**
 * Σ over the 256 threads of a workgroup, known to all of them, always in the same order. Two levels of 16: a tree of eight
 * barriers costs more than sixteen additions, on GPUs a little and on software adapters a lot.
 */
export const workgroupSum = /* wgsl */ `
var<workgroup> terms: array<f32, 256>;
var<workgroup> sixteenths: array<f32, 16>;
fn workgroupSum(lane: u32, value: f32) -> f32 {
  terms[lane] = value;
  workgroupBarrier();
  if (lane < 16u) {
    var sum = 0.0;
    for (var i = 0u; i < 16u; i++) { sum += terms[i * 16u + lane]; }
    sixteenths[lane] = sum;
  }
  workgroupBarrier();
  var sum = 0.0;
  for (var i = 0u; i < 16u; i++) { sum += sixteenths[i]; }
  return sum;
}`;
