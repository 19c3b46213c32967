import { expect, test } from "vitest";
import { parseConfig } from "../../src/lab/experiment/config.ts";
import { randomWeights } from "../../src/lab/policy/init.ts";
import { openPolicy } from "../../src/lab/policy/open.ts";
import { freshState } from "../../src/lab/policy/policy.ts";
import { SIZES, type SizeName } from "../../src/lab/policy/shape.ts";
import { tellFigures } from "../../src/lab/testFigures.ts";
import { stretch } from "./stretch.ts";

/*
 * What keeping costs: the share of a run's time during which it stands still for checkpoints, and how many updates a cut would
 * have repeated at worst. Measured by `npm run faults` alone, as it is a matter of time.
 */

const SIZE_STEPS: Partial<Record<SizeName, number>> = { nano: 2000, tiny: 500, small: 60 };

test.runIf(process.env.FAULT_FIGURES)(
  "the share of checkpoints in the time of a run",
  async () => {
    const words: string[] = [];
    for (const [size, steps] of Object.entries(SIZE_STEPS) as [SizeName, number][]) {
      const config = parseConfig({
        ...{ task: "parity", algorithm: "sft", start: "random", size, steps, demoBatch: 16 },
        ...{ evalProblems: 8, evalOod: false, evalEvery: 1000 },
      });
      const state = freshState(SIZES[size], randomWeights(SIZES[size], 1));
      const { policy } = await openPolicy(state, { policy: "simd", backend: "wasm" });
      const { ms, savingMs, stored } = await stretch(config, policy);
      expect(stored.length).toBeGreaterThan(0);
      const worst = Math.max(...stored.map(({ reached }, n) => reached - (stored[n - 1]?.step ?? 0)));
      const share = ((100 * savingMs) / ms).toFixed(1);
      const each = (savingMs / stored.length).toFixed(1);
      words.push(
        `${size}: ${stored.length} checkpoints of ${each} ms in ${steps} steps of ${(ms / steps).toFixed(1)} ms, ${share}%, at most ${worst} steps to repeat`,
      );
    }
    tellFigures({ words: words.join("; ") });
  },
  600_000,
);
