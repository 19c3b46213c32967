// @vitest-environment happy-dom
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryArchive } from "../../src/app/history/archive.ts";
import { createHistory, type RunHistory } from "../../src/app/history/history.ts";
import { createLab, type Lab } from "../../src/app/lab.ts";
import { follows, isOver, type RunState } from "../../src/lab/train/runState.ts";
import { type Fleet, WorkerInProcess } from "./workerInProcess.ts";

/*
 * A run as a state machine: random sequences of presses and faults on the real page and the real controller. Whatever happens,
 * there is one worker and one device at most, every run moves along its transitions alone, and a press on Stop stops it.
 */

/** How many sequences: a few with every `npm test`, 5,000 with `npm run faults`. */
const RUNS = Number(process.env.FAULT_SEQUENCES ?? 150);

interface Bench {
  readonly lab: Lab;
  readonly runs: RunHistory;
  readonly fleet: Fleet;
  worker: WorkerInProcess | undefined;
  readonly illegal: string[];
}

function bench(): Bench {
  history.replaceState(null, "", "/#v=1&preset=grpo-parity&seed=1&steps=30");
  sessionStorage.clear();
  const fleet: Fleet = { workers: 0, devices: 0 };
  const illegal: string[] = [];
  const lab = createLab(window, () => {
    made.worker = new WorkerInProcess(fleet);
    return made.worker;
  });
  const runs = createHistory(lab, { archive: Promise.resolve(memoryArchive()), estimate: async () => undefined });
  const before = new Map<string, RunState>();
  lab.run.subscribe(({ run }) => {
    if (!run) return;
    const last = before.get(run.id);
    if (last && !follows(last, run.state)) illegal.push(`${run.id}: ${last.phase} → ${run.state.phase}`);
    before.set(run.id, run.state);
  });
  const made: Bench = { lab, runs, fleet, worker: undefined, illegal };
  return made;
}

let shown: Bench | undefined;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  shown?.runs.dispose();
  shown?.lab.dispose();
  vi.useRealTimers();
});

const ACTS: Readonly<Record<string, (of: Bench) => void>> = {
  train: ({ lab }) => lab.train(),
  pause: ({ lab }) => lab.pause(),
  step: ({ lab }) => lab.step(),
  stop: ({ lab }) => lab.stop(),
  reset: ({ lab }) => {
    const { run } = lab.run.getState();
    if (run) lab.begin({ config: run.config, compute: run.compute, from: run.from });
  },
  prepare: ({ lab }) => lab.prepare(),
  intervene: ({ lab }) => lab.change({ lr: 0.0005 }),
  "another experiment": ({ lab }) =>
    lab.change({ prompts: lab.draft.getState().config.rollouts.prompts === 8 ? 16 : 8 }),
  seeds: ({ runs }) => runs.trainSeeds(2),
  "cancel the plan": ({ runs }) => runs.cancelPlan(),
  "to the processor": ({ runs }) => runs.answerRecovery(true),
  "lose device": ({ worker }) => worker?.loseDevice(),
  "worker dies": ({ worker }) => worker?.die(),
  "worker hangs": ({ worker }) => worker?.hang(),
};

/** Mostly moments; now and then long enough that a worker is taken for hung, at work or before its first step. */
const WAITS = [0, 5, 40, 200, 1000].flatMap((ms) => [ms, ms, ms, ms]);
const act = fc.record({
  name: fc.constantFrom(...Object.keys(ACTS)),
  ms: fc.constantFrom(...WAITS, 12_000, 12_000, 70_000),
});

const phaseOf = ({ lab }: Bench) => lab.run.getState().run?.state.phase;

test("no sequence of presses and faults leaves more than one worker, one device, or a phase that it cannot come from", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 14 }), async (acts) => {
      shown = bench();
      await shown.runs.ready;
      for (const { name, ms } of acts) {
        ACTS[name]!(shown);
        await vi.advanceTimersByTimeAsync(ms);
        expect(shown.fleet.workers, name).toBeLessThanOrEqual(1);
        expect(shown.fleet.devices, name).toBeLessThanOrEqual(1);
        expect(shown.illegal, name).toEqual([]);
      }
      shown.runs.cancelPlan();
      shown.lab.stop();
      const before = phaseOf(shown);
      await vi.advanceTimersByTimeAsync(2000);
      const phase = phaseOf(shown);
      if (before && phase) expect(isOver(phase), `after Stop a run that was ${before} is ${phase}`).toBe(true);
      shown.runs.dispose();
      shown.lab.dispose();
      expect(shown.fleet).toEqual({ workers: 0, devices: 0 });
      shown = undefined;
    }),
    { numRuns: RUNS, seed: 14 },
  );
}, 3_600_000);

test("a hundred presses on Train, Stop and Restart in five seconds leave one worker, one device and a legal state", async () => {
  shown = bench();
  await shown.runs.ready;
  const presses = ["train", "stop", "reset"] as const;
  for (let press = 0; press < 100; press++) {
    ACTS[presses[(press * 7 + (press >> 2)) % 3]!]!(shown);
    await vi.advanceTimersByTimeAsync(50);
  }
  await vi.advanceTimersByTimeAsync(3000);
  expect(shown.fleet).toEqual({ workers: 1, devices: 1 });
  expect(shown.illegal).toEqual([]);
});
