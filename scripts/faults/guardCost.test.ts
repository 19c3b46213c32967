import { expect, test, vi } from "vitest";
import { parseConfig, type RunConfig } from "../../src/lab/experiment/config.ts";
import { randomWeights } from "../../src/lab/policy/init.ts";
import { openPolicy } from "../../src/lab/policy/open.ts";
import { freshState } from "../../src/lab/policy/policy.ts";
import { SIZES, type SizeName } from "../../src/lab/policy/shape.ts";
import { tellFigures } from "../../src/lab/testFigures.ts";
import { Run } from "../../src/lab/train/run.ts";
import { RunController } from "../../src/lab/worker/runController.ts";
import { withSigns } from "../../src/lab/worker/signsOfWork.ts";

/*
 * What it costs that nothing is lost and nothing wrong in silence: runs with signs of life, checks of every number and checkpoints
 * against runs without, one after the other in turns. Measured by `npm run faults` alone, as it is a matter of time.
 */

const guarded = vi.hoisted(() => ({ on: true }));
vi.mock("../../src/lab/train/finite.ts", async (original) => {
  const checks = await original<typeof import("../../src/lab/train/finite.ts")>();
  const all = Object.entries(checks).map(([name, check]) => {
    const given = check as (...values: unknown[]) => void;
    return [name, (...values: unknown[]) => guarded.on && given(...values)];
  });
  return Object.fromEntries(all);
});

const SIZE_STEPS: Partial<Record<SizeName, number>> = { nano: 2000, tiny: 500 };
const PAIRS = 5;
/** As long as a page takes to store a checkpoint of a small policy. */
const STORE_MS = 10;

/** The processor's milliseconds for a run from its first update to its end, which other programs hardly change. */
async function trained(config: RunConfig, size: SizeName, on: boolean): Promise<number> {
  guarded.on = on;
  const state = freshState(SIZES[size], randomWeights(SIZES[size], 1));
  const { policy } = await openPolicy(state, { policy: "simd", backend: "wasm" });
  let began: NodeJS.CpuUsage | undefined;
  const ms = await new Promise<number>((resolve, reject) => {
    const controller = new RunController({
      post(event) {
        if (event.type === "checkpoint") setTimeout(() => controller.stored("a", STORE_MS), STORE_MS);
        if (event.type !== "state") return;
        if (event.state.phase === "failed") reject(new Error(event.state.message));
        if (event.state.phase === "finished") {
          const { user, system } = process.cpuUsage(began);
          resolve((user + system) / 1000);
        }
        if (event.state.phase !== "ready" || began) return;
        began = process.cpuUsage();
        if (on) controller.keep("a");
        controller.train("a");
      },
      open: () => Run.start(on ? withSigns(policy, () => performance.now()) : policy, config),
      now: () => performance.now(),
      rest: () => new Promise((turn) => setTimeout(turn, 0)),
    });
    controller.open({ type: "open", runId: "a", config, policy: "simd", backend: "wasm" });
  });
  policy.dispose();
  return ms;
}

test.runIf(process.env.FAULT_FIGURES)(
  "the processor time of a run with all that guards it, over that of one without",
  async () => {
    const words: string[] = [];
    for (const [size, steps] of Object.entries(SIZE_STEPS) as [SizeName, number][]) {
      const config = parseConfig({
        ...{ task: "parity", algorithm: "sft", start: "random", size, steps, demoBatch: 16 },
        ...{ evalProblems: 8, evalOod: false, evalEvery: 1000 },
      });
      const ratios: number[] = [];
      for (let pair = 0; pair < PAIRS; pair++) {
        // Each goes first in turn.
        const order = pair % 2 === 0 ? [true, false] : [false, true];
        const ms = new Map<boolean, number>();
        for (const on of order) ms.set(on, await trained(config, size, on));
        ratios.push(ms.get(true)! / ms.get(false)!);
      }
      const sorted = ratios.sort((a, b) => a - b);
      expect(sorted[0]).toBeGreaterThan(0);
      const [low, middle, high] = [1, (PAIRS - 1) / 2, PAIRS - 2].map((at) => sorted[at]!.toFixed(3));
      words.push(
        `${size}, ${steps} steps: ${middle} times the processor time (median of ${PAIRS} pairs, ${low} to ${high} without the extremes)`,
      );
    }
    tellFigures({ words: words.join("; ") });
  },
  1_200_000,
);
