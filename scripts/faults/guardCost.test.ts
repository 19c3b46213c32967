import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test, vi } from "vitest";
import { randomWeights } from "../../src/lab/policy/init.ts";
import type { Policy } from "../../src/lab/policy/policy.ts";
import { SIZES, type SizeName } from "../../src/lab/policy/shape.ts";
import { requestGpuDevice } from "../../src/lab/policy/wgsl/device/device.ts";
import { openNodeGpu } from "../../src/lab/policy/wgsl/device/nodeGpu.ts";
import { wgslPolicy } from "../../src/lab/policy/wgsl/wgslPolicy.ts";
import { rngFor, Streams } from "../../src/lab/rng.ts";
import { meanInterval } from "../../src/lab/statistics.ts";
import { tellFigures } from "../../src/lab/testFigures.ts";
import { parityRun } from "./stretch.ts";
import { GuardClock, openByTurns, type TurnedRun, timeSchedules } from "./turnedRun.ts";

/*
 * What it costs that nothing is lost and nothing wrong in silence: a run with signs of life, checks of every number and checkpoints
 * against the same run without. They train the same steps in turns of one step in one process, in an order that is drawn for each
 * pair, as a busy machine changes its pace by a quarter from one second to the next; what a turn leaves behind is collected at its
 * end, and counted. The guards are timed one by one as well. Measured by `npm run faults` alone, as it is a matter of time.
 */

const guarding = vi.hoisted(() => ({ on: false, clock: undefined as GuardClock | undefined }));
vi.mock("../../src/lab/train/finite.ts", async (original) => {
  const checks = await original<typeof import("../../src/lab/train/finite.ts")>();
  const all = Object.entries(checks).map(([name, check]) => {
    const given = check as (...values: unknown[]) => void;
    // Those of weights are a part of checkpoints.
    if (name === "checkWeights") return [name, given];
    const timed = (...values: unknown[]) => guarding.on && guarding.clock!.within("checks", () => given(...values));
    return [name, timed];
  });
  return Object.fromEntries(all);
});

interface Case {
  readonly size: SizeName;
  /** Of steps that are compared; on a GPU that computes nothing a step is too short for that. */
  readonly pairs: number;
  /** Steps that are made with a clock around each guard. */
  readonly timed: number;
  /** That a checkpoint is being stored; as usual unless given. */
  readonly storeMs?: number;
  open(): Promise<Policy>;
}

const onSimd = (size: SizeName) => async () => (await parityRun(size, 1)).policy;
const CASES: Readonly<Record<string, Case>> = {
  "nano on simd": { size: "nano", pairs: 7000, timed: 2000, open: onSimd("nano") },
  "tiny on simd": { size: "tiny", pairs: 4000, timed: 800, open: onSimd("tiny") },
  "nano on wgsl": { size: "nano", pairs: 0, timed: 9000, storeMs: 1, open: () => emptyGpu("nano") },
  "tiny on wgsl": { size: "tiny", pairs: 0, timed: 9000, storeMs: 1, open: () => emptyGpu("tiny") },
};
/** Steps of a block. */
const BLOCK = 64;
/** Steps that compile. */
const WARM = 400;

/** Our kernels on a GPU that computes nothing: what is left is JavaScript's. */
async function emptyGpu(size: SizeName): Promise<Policy> {
  const { gpu } = await openNodeGpu(["backend=null"]);
  const device = await requestGpuDevice(gpu);
  const shape = SIZES[size];
  const policy = await wgslPolicy(shape, randomWeights(shape, 1), { device, ownDevice: true, trusting: true });
  const { inPlace, learn } = policy;
  // What it answers is whatever lies in its memory, which is refused.
  policy.inPlace = (use) =>
    inPlace!((state) => {
      for (const vector of [state.weights, state.firstMoment, state.secondMoment]) vector.fill(1);
      return use(state);
    });
  policy.learn = async (batches, assign, update) => {
    const believed: typeof assign = (scores) => {
      for (const { logp, entropy } of scores) {
        logp.fill(-1);
        entropy.fill(1);
      }
      return assign(scores);
    };
    return { ...(await learn(batches, believed, update)), gradNorm: 1, paramNorm: 1 };
  };
  // Evaluations are no part of a step.
  const other = await onSimd(size)();
  await other.snapshot("start");
  policy.score = other.score.bind(other);
  policy.sample = other.sample.bind(other);
  return policy;
}

async function cost({ size, pairs, timed, storeMs, open }: Case): Promise<{ words: string; high?: number }> {
  const { config } = await parityRun(size, 2 * WARM + pairs + timed + BLOCK);
  const clock = new GuardClock();
  guarding.clock = clock;
  const policy = await open();
  const guarded = await openByTurns(config, policy, { guards: clock, ...(storeMs && { storeMs }) });
  const bare = await openByTurns(config, await open());
  const compared = pairs > 0 ? await compare(guarded, bare, pairs) : undefined;
  const alone = await timedShares(guarded, policy, clock, timed);
  expect(guarded.checkpoints()).toBeGreaterThan(0);
  expect(bare.checkpoints()).toBe(0);
  return compared ? { words: `${compared.words}; ${alone}`, high: compared.high } : { words: alone };
}

/** Trains both in turns of one step, each in an order that is drawn. */
async function compare(guarded: TurnedRun, bare: TurnedRun, pairs: number) {
  const collect = runInNewContext("gc") as (options: object) => void;
  const key = { seed: 14, stream: Streams.tests, step: 0 };
  const turn = async (run: TurnedRun) => {
    guarding.on = run === guarded;
    const trained = await run.step();
    const before = process.cpuUsage();
    collect({ type: "minor" });
    const { user, system } = process.cpuUsage(before);
    return { trained, collected: (user + system) / 1000 };
  };
  const [extra, without]: [number[], number[]] = [[], []];
  for (let pair = 0; pair < WARM + pairs; pair++) {
    const early = rngFor(key, pair).below(2) === 0 ? await turn(guarded) : undefined;
    const other = await turn(bare);
    const one = early ?? (await turn(guarded));
    if (pair < WARM) continue;
    extra.push(one.trained + one.collected - other.trained - other.collected);
    without.push(other.trained);
  }
  const { middle, half } = ratioOf(inBlocks(extra), inBlocks(without));
  const words = `${(1 + middle).toFixed(3)} times the processor time of a run without, 95% interval ${(1 + middle - half).toFixed(3)} to ${(1 + middle + half).toFixed(3)}, in ${pairs} pairs of steps with ${guarded.checkpoints()} checkpoints`;
  return { words, high: 1 + middle + half };
}

/** The sums of whole blocks. */
function inBlocks(values: readonly number[]): number[] {
  const sum = (at: number) => values.slice(at * BLOCK, (at + 1) * BLOCK).reduce((all, value) => all + value, 0);
  return Array.from({ length: Math.floor(values.length / BLOCK) }, (_, at) => sum(at));
}

/** The share of each kind of guard in the processor's time, from a clock around each. */
async function timedShares(guarded: TurnedRun, policy: Policy, clock: GuardClock, steps: number) {
  guarding.on = true;
  clock.runs = true;
  timeSchedules(clock);
  const readBackMs = await readBack(policy);
  for (let step = 0; step < WARM; step++) await guarded.step();
  clock.read();
  const kinds = new Map<string, number>();
  const [guards, all]: [number[], number[]] = [[], []];
  for (let step = 0; step < steps; step += BLOCK) {
    const before = guarded.checkpoints();
    let ms = 0;
    for (let one = 0; one < BLOCK; one++) ms += await guarded.step();
    const read = clock.read().set("reading back", (guarded.checkpoints() - before) * readBackMs);
    for (const [kind, of] of read) kinds.set(kind, (kinds.get(kind) ?? 0) + of);
    guards.push([...read.values()].reduce((sum, of) => sum + of, 0));
    all.push(ms - guards.at(-1)!);
  }
  const { middle, half } = ratioOf(guards, all);
  const total = all.reduce((sum, ms) => sum + ms, 0);
  const percent = (of: number) => `${(100 * of).toFixed(2)}%`;
  const each = [...kinds].map(([kind, ms]) => `${kind} ${percent(ms / total)}`).join(", ");
  const stepMs = total / guards.length / BLOCK;
  return `by a clock around each guard ${percent(middle)} of ${stepMs.toFixed(2)} ms a step, 95% interval ${percent(middle - half)} to ${percent(middle + half)}, ${(1000 * middle * stepMs).toFixed(0)} µs (${each})`;
}

/** The processor's milliseconds in which a policy's vectors are made readable, for which it may have to be asked. */
async function readBack(policy: Policy): Promise<number> {
  const times = 200;
  let before = process.cpuUsage();
  for (let time = 0; time < 2 * times; time++) {
    if (time === times) before = process.cpuUsage();
    await policy.inPlace!(() => undefined);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / times;
}

/**
 * What guards take over what else a step takes: the mean of the ratios of blocks, with a tenth of them left out at either end,
 * in which something else came between, and half the width of its 95% interval (Tukey and McLaughlin 1963).
 */
function ratioOf(guards: readonly number[], rest: readonly number[]) {
  const n = rest.length;
  const ratios = guards.map((ms, at) => ms / rest[at]!).sort((a, b) => a - b);
  const cut = Math.floor(0.1 * n);
  const [least, most] = [ratios[cut]!, ratios[n - 1 - cut]!];
  const { half } = meanInterval(ratios.map((ratio) => Math.min(most, Math.max(least, ratio))));
  return { middle: meanInterval(ratios.slice(cut, n - cut)).mean, half: (half * n) / (n - 2 * cut) };
}

test.runIf(process.env.FAULT_FIGURES)(
  "the processor time of a run with all that guards it is at most 3% more than that of one without",
  async () => {
    setFlagsFromString("--expose-gc");
    const words: string[] = [];
    const highs: number[] = [];
    for (const [name, one] of Object.entries(CASES)) {
      const { words: said, high } = await cost(one);
      if (high) highs.push(high);
      words.push(`${name}: ${said}`);
      console.error(words.at(-1));
    }
    tellFigures({ words: words.join("; ") });
    expect(Math.max(...highs)).toBeLessThanOrEqual(1.03);
  },
  2_400_000,
);
