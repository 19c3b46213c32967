import { expect, test, vi } from "vitest";
import type { SizeName } from "../../src/lab/policy/shape.ts";
import { tellFigures } from "../../src/lab/testFigures.ts";
import { Run } from "../../src/lab/train/run.ts";
import { RunController } from "../../src/lab/worker/runController.ts";
import { withSigns } from "../../src/lab/worker/signsOfWork.ts";
import { parityRun, storing } from "./stretch.ts";

/*
 * What it costs that nothing is lost and nothing wrong in silence: a run with signs of life, checks of every number and checkpoints
 * against the same run without. They train by turns of a few updates in one process, as a busy machine changes its pace by a
 * quarter from one minute to the next; what a turn leaves to be collected may be collected in the other's. Measured by
 * `npm run faults` alone, as it is a matter of time.
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

const SIZE_STEPS: Partial<Record<SizeName, number>> = { nano: 4096, tiny: 1536 };
/** Updates of a turn: two checkpoints, as far apart as they are at most. */
const TURN = 32;

interface Opened {
  /** Trains to an update. @returns the processor's milliseconds */
  train(until: number): Promise<number>;
  /** Checkpoints so far. */
  checkpoints(): number;
}

/** Opens a run that is trained by turns. */
async function opened(size: SizeName, steps: number, on: boolean): Promise<Opened> {
  const { config, policy } = await parityRun(size, steps);
  const watched = on ? withSigns(policy, () => performance.now()) : policy;
  let rested: () => void = () => {};
  const store = storing(() => controller);
  let checkpoints = 0;
  // A clock that stands still while the other run has its turn.
  let own = 0;
  let since: number | undefined;
  const controller: RunController = new RunController({
    post(event) {
      if (event.type === "checkpoint") {
        checkpoints++;
        store(event);
      }
      if (event.type === "state" && ["ready", "paused", "finished"].includes(event.state.phase)) rested();
    },
    open: () => Run.start(watched, config),
    now: () => own + (since === undefined ? 0 : performance.now() - since),
    rest: () => new Promise((turn) => setTimeout(turn, 0)),
  });
  const turn = (begin: () => void) =>
    new Promise<void>((resolve) => {
      rested = resolve;
      begin();
    });
  await turn(() => controller.open({ type: "open", runId: "a", config, policy: "simd", backend: "wasm" }));
  if (on) controller.keep("a");
  return {
    checkpoints: () => checkpoints,
    async train(until) {
      guarded.on = on;
      since = performance.now();
      const before = process.cpuUsage();
      await turn(() => controller.train("a", until));
      const { user, system } = process.cpuUsage(before);
      own += performance.now() - since;
      since = undefined;
      return (user + system) / 1000;
    },
  };
}

test.runIf(process.env.FAULT_FIGURES)(
  "the processor time of a run with all that guards it, over that of one without",
  async () => {
    const words: string[] = [];
    for (const [size, steps] of Object.entries(SIZE_STEPS) as [SizeName, number][]) {
      const [guardedRun, bare] = [await opened(size, steps, true), await opened(size, steps, false)];
      const turns: { readonly with: number; readonly without: number }[] = [];
      for (let until = TURN; until <= steps; until += TURN) {
        // Each goes first in turn.
        const first = turns.length % 2 === 0 ? await guardedRun.train(until) : undefined;
        const without = await bare.train(until);
        turns.push({ with: first ?? (await guardedRun.train(until)), without });
      }
      // The first turns compile.
      const counted = turns.slice(turns.length / 8);
      const sum = (of: "with" | "without") => counted.reduce((all, turn) => all + turn[of], 0);
      const ratios = counted.map((turn) => turn.with / turn.without).sort((a, b) => a - b);
      expect(guardedRun.checkpoints()).toBeGreaterThan(0);
      expect(bare.checkpoints()).toBe(0);
      const [low, middle, high] = [0.25, 0.5, 0.75].map((share) =>
        ratios[Math.floor(share * ratios.length)]!.toFixed(3),
      );
      words.push(
        `${size}: ${(sum("with") / sum("without")).toFixed(3)} times the processor time in ${counted.length} turns of ${TURN} steps each, with ${guardedRun.checkpoints()} checkpoints (median of the turns ${middle}, the middle half from ${low} to ${high})`,
      );
    }
    tellFigures({ words: words.join("; ") });
  },
  1_200_000,
);
