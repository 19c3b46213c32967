import { expect, test, vi } from "vitest";
import type { SizeName } from "../../src/lab/policy/shape.ts";
import { tellFigures } from "../../src/lab/testFigures.ts";
import { withSigns } from "../../src/lab/worker/signsOfWork.ts";
import { parityRun, stretch } from "./stretch.ts";

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

/** The processor's milliseconds for a run from its first update to its end. */
async function trained(size: SizeName, steps: number, on: boolean): Promise<number> {
  guarded.on = on;
  const { config, policy } = await parityRun(size, steps);
  const watched = on ? withSigns(policy, () => performance.now()) : policy;
  return (await stretch(config, watched, { keeps: on })).processorMs;
}

test.runIf(process.env.FAULT_FIGURES)(
  "the processor time of a run with all that guards it, over that of one without",
  async () => {
    const words: string[] = [];
    for (const [size, steps] of Object.entries(SIZE_STEPS) as [SizeName, number][]) {
      const ratios: number[] = [];
      for (let pair = 0; pair < PAIRS; pair++) {
        // Each goes first in turn.
        const order = pair % 2 === 0 ? [true, false] : [false, true];
        const ms = new Map<boolean, number>();
        for (const on of order) ms.set(on, await trained(size, steps, on));
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
