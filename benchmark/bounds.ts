import { SIZES } from "../src/lab/policy/shape.ts";
import type { Measured } from "./measure.ts";
import { NOTHING } from "./options.ts";
import type { PageFigures } from "./pageFigures.ts";
import type { BenchReport } from "./report.ts";
import { ROLLOUT } from "./shapes.ts";

export interface Bound {
  /** What must hold, in words. */
  readonly text: string;
  /** What was measured. */
  readonly value: number;
  readonly holds: boolean;
}

const FASTER_THAN_PLAIN = { wasm: { tiny: 1.4, small: 2.5 }, webgpu: { tiny: 5 } } as const;
const SLOWER_THAN_JAX = { wasm: { tiny: 0.37, small: 0.53 } } as const;
/** The SIMD kernels against tfjs on wasm, one thread each. */
const FASTER_THAN_TFJS = { wasm: { tiny: 2.7, small: 1.9 } } as const;
/** The same with fused multiply-adds, which a run of one's own takes where the processor has them. */
const FUSED_FASTER_THAN_TFJS = { wasm: { tiny: 2.7, small: 2.3 } } as const;
/** Two threads against one, where both cores are idle. */
const FASTER_THAN_ONE_THREAD = { wasm: { small: 1.6 } } as const;
const ROLLOUT_FASTER_THAN_TFJS = 5;
const SHARE_OF_PEAK = 0.7;
const PLAIN = "plain tfjs";
const TFJS = "ours (tfjs)";
const FUSED = "ours (simd-fused)";
const ONE_THREAD = "ours (simd, one thread)";
const JAX = "jax-js (jit)";

/** Everything that is promised about speed and was measured in this run. */
export function boundsOf(report: Omit<BenchReport, "bounds">): Bound[] {
  const { backend } = report.machine;
  const bounds: Bound[] = [];
  const atLeast = (text: string, value: number | undefined, limit: number | undefined, unit = "") => {
    if (value === undefined || limit === undefined) return;
    bounds.push({ text: `${text}: at least ${limit}${unit}`, value, holds: value >= limit });
  };
  const atMost = (text: string, value: number | undefined, limit: number | undefined, unit = "") => {
    if (value === undefined || limit === undefined) return;
    bounds.push({ text: `${text}: at most ${limit}${unit}`, value, holds: value <= limit });
  };
  // Where nothing is computed, only what is asked of the GPU and what asking costs means something.
  const computes = report.machine.adapter !== NOTHING;
  const limit = (table: object, key: string): number | undefined =>
    computes ? (table as Record<string, Record<string, number>>)[backend]?.[key] : undefined;
  const best = backend === "webgpu" ? "ours (wgsl)" : backend === "wasm" ? "ours (simd)" : "ours (tfjs)";
  for (const { size, rows } of report.train ?? []) {
    const plain = times(rows, PLAIN, best);
    atLeast(`training, ${size}: plain tfjs's time over ours`, plain, limit(FASTER_THAN_PLAIN, size), "×");
    const tfjs = times(rows, TFJS, best);
    atLeast(`training, ${size}: tfjs's time over ours`, tfjs, limit(FASTER_THAN_TFJS, size), "×");
    const fused = times(rows, TFJS, FUSED);
    atLeast(`training, ${size}: tfjs's time over ours, fused`, fused, limit(FUSED_FASTER_THAN_TFJS, size), "×");
    const alone = times(rows, ONE_THREAD, best);
    atLeast(`training, ${size}: one thread's time over ours`, alone, limit(FASTER_THAN_ONE_THREAD, size), "×");
    const jax = times(rows, JAX, best);
    atMost(`training, ${size}: our time over jax-js's`, jax && 1 / jax, limit(SLOWER_THAN_JAX, size), "×");
    for (const row of rows) {
      if (!row.sameMathematics || row.ours) continue;
      atMost(`training, ${size}: relative difference of ${row.name}'s losses from ours`, row.lossDifference, 1e-3);
    }
    const fast = rows.find(({ name, ms }) => name === "ours (wgsl)" && ms);
    const { layers } = SIZES[size];
    atMost(`training, ${size}: dispatches a step`, fast?.dispatches, 25 * layers + 12);
    atMost(`training, ${size}: submits a step, queued`, fast?.queued?.submits, 2);
    atMost(`training, ${size}: read-backs a step, queued`, fast?.queued?.readBacks, 1);
    atMost(`training, ${size}: GPU objects made a step`, fast?.gpuObjects, 0);
    if (size === "tiny") atMost("training, tiny: JavaScript a step, queued", fast?.javascriptMs?.queued, 0.5, " ms");
  }
  const rollout = report.rollout?.find(({ name, ms }) => name === best && ms);
  if (backend === "wasm") {
    atLeast("generation: tokens a second", rollout?.tokensPerSecond, 5000);
    const tfjs = report.rollout && times(report.rollout, TFJS, best);
    atLeast("generation: tfjs's time over ours", tfjs, ROLLOUT_FASTER_THAN_TFJS, "×");
    const fused = report.rollout && times(report.rollout, TFJS, FUSED);
    atLeast("generation: tfjs's time over ours, fused", fused, ROLLOUT_FASTER_THAN_TFJS, "×");
  }
  for (const { size, rows } of report.roofline ?? []) {
    const least = Math.min(...rows.map(({ shareOfPeak }) => shareOfPeak));
    atLeast(`products, ${size}: the slowest one's share of the register-only loop`, least, SHARE_OF_PEAK);
  }
  if (backend === "webgpu") {
    const plain = report.rollout && times(report.rollout, PLAIN, best);
    atLeast("generation: plain tfjs's time over ours", plain, computes ? 10 : undefined, "×");
    atMost("generation: dispatches of a batch", rollout?.dispatches, 2 + ROLLOUT.newTokens / 16);
  }
  atMeasured(report.page, atMost);
  return bounds;
}

type AtMost = (text: string, value: number | undefined, limit: number, unit?: string) => void;

function atMeasured(page: PageFigures | undefined, atMost: AtMost): void {
  atMost("page: JavaScript before the first interaction, gzipped", page?.pageKilobytes, 200, " kB");
  atMost("page: the worker's JavaScript until it is ready, gzipped", page?.workerKilobytes, 200, " kB");
  atMost("page: first paint", page?.firstPaintMs, 2000, " ms");
  atMost("page: lesson visible", page?.lessonVisibleMs, 2000, " ms");
  atMost("page: recorded run of a preset visible", page?.recordedVisibleMs, 2000, " ms");
  for (const scene of page?.training ?? []) {
    // A core that others want too makes a task longer on the wall, and not by the thread's own clock.
    atMost(`page, ${scene.what}: main thread busy, by its own clock`, scene.busyCpuPercent, 20, " %");
    atMost(`page, ${scene.what}: longest task, by its own clock`, scene.longestTaskCpuMs, 50, " ms");
    atMost(`page, ${scene.what}: slowest answer to an input, by its own clock`, scene.inputs.worstCpuMs, 100, " ms");
  }
}

function times(rows: readonly Measured[], name: string, ours: string): number | undefined {
  return rows.find((row) => row.name === name)?.timesOurs?.[ours];
}
