import { expect, test } from "vitest";
import type { SizeName } from "../../src/lab/policy/shape.ts";
import { tellFigures } from "../../src/lab/testFigures.ts";
import { parityRun, stretch } from "./stretch.ts";

/*
 * What keeping costs: the share of a run's time during which it stands still for checkpoints, and how many updates a cut would
 * have repeated at worst. Measured by `npm run faults` alone, as it is a matter of time.
 */

const SIZE_STEPS: Partial<Record<SizeName, number>> = { nano: 2000, tiny: 500, small: 60 };

/** Milliseconds that a page takes to store a checkpoint, from a quick one to one that is never waited for. */
const STORES = [10, 50, 100, 300, 1000, 3000];
const SLOW_STEPS = 600;

/** Updates that a cut would have repeated, just before a checkpoint was stored. */
const worstOf = (stored: readonly { readonly step: number; readonly reached: number }[]) =>
  Math.max(...stored.map(({ reached }, n) => reached - (stored[n - 1]?.step ?? 0)));

/** What it costs to wait for a slow store, in words. */
async function slowStores(): Promise<string> {
  const words: string[] = [];
  for (const storeMs of STORES) {
    const { config, policy } = await parityRun("nano", SLOW_STEPS);
    const { ms, stored } = await stretch(config, policy, { storeMs });
    words.push(`${storeMs} ms ${(ms / SLOW_STEPS).toFixed(1)} ms a step, at most ${worstOf(stored)} to repeat`);
  }
  return `nano beside a store that takes ${words.join("; ")}`;
}

test.runIf(process.env.FAULT_FIGURES)(
  "the share of checkpoints in the time of a run",
  async () => {
    const words: string[] = [];
    for (const [size, steps] of Object.entries(SIZE_STEPS) as [SizeName, number][]) {
      const { config, policy } = await parityRun(size, steps);
      const { ms, savingMs, stored } = await stretch(config, policy);
      expect(stored.length).toBeGreaterThan(0);
      const worst = worstOf(stored);
      const share = ((100 * savingMs) / ms).toFixed(1);
      const each = (savingMs / stored.length).toFixed(1);
      words.push(
        `${size}: ${stored.length} checkpoints of ${each} ms in ${steps} steps of ${(ms / steps).toFixed(1)} ms, ${share}%, at most ${worst} steps to repeat`,
      );
    }
    words.push(await slowStores());
    tellFigures({ words: words.join("; ") });
  },
  600_000,
);
