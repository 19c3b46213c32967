import { engine } from "@tensorflow/tfjs-core";
import type { Contender } from "./contender.ts";
import { difference, type GpuCounts, type GpuMeter, gpuMeter } from "./gpuCounters.ts";
import { interleave, type Plan } from "./interleave.ts";
import { quantile, ratioOf, type Summary, summary } from "./statistics.ts";

/** What is repeated: a training step, or a batch of completions. */
export interface Work {
  /** The k-th time, counted from 0. */
  once(k: number): Promise<void>;
  /** Does it `times` over, each asked for before the one before has answered; `done` is called as each answers. */
  queued?(times: number, done?: () => void): Promise<void>;
  counts?(): GpuCounts | undefined;
  bytes?(): number | undefined;
  /** GPU milliseconds of a step by kernel; empty where the adapter cannot tell. */
  kernelTimes?(): Promise<Readonly<Record<string, number>>>;
  dispose(): void;
}

export interface Entry {
  readonly contender: Contender;
  open(): Promise<Work>;
}

export interface Measured {
  readonly name: string;
  readonly ours: boolean;
  readonly what: string;
  /** Why there are no numbers. */
  readonly unavailable?: string;
  /** Wall clock of one piece of work. */
  readonly ms?: Summary;
  /** How many times longer than each of ours it took, by that one's name; below 1: faster. */
  readonly timesOurs?: Readonly<Record<string, number>>;
  /**
   * What lies outside the waits for WebGPU, once the code is as warm as in a run, medians: of many in a row as a run asks for
   * them, where a next one may be made ready within the waits; and of one awaited after the other, where none can.
   */
  readonly javascriptMs?: { readonly queued?: number; readonly awaited: number };
  /** GPU milliseconds by kernel, medians. */
  readonly kernelMs?: Readonly<Record<string, number>>;
  /** Calls of tfjs kernels. */
  readonly kernels?: number;
  readonly dispatches?: number;
  readonly submits?: number;
  readonly readBacks?: number;
  /** Buffers, bind groups and pipelines made in a steady state. */
  readonly gpuObjects?: number;
  readonly gpuBytes?: number;
  /** Per piece of work, asked for in a row without awaiting each. */
  readonly queued?: { readonly ms: number; readonly submits: number; readonly readBacks: number };
}

const QUEUED = 8;
const IN_A_ROW = { chunk: 40, queuedBudgetMs: 45_000, budgetMs: 10_000, least: 60 };
const TIMED = 5;

interface Log {
  readonly counts: GpuCounts[];
  javascriptMs?: NonNullable<Measured["javascriptMs"]>;
  kernelMs?: Readonly<Record<string, number>>;
  bytes?: number;
  kernels?: number;
  queued?: NonNullable<Measured["queued"]>;
}

/** Repeats the work of all entries in turns, and sums up. @param say one line of progress */
export async function measure(entries: readonly Entry[], plan: Plan, say: (line: string) => void): Promise<Measured[]> {
  const meter = gpuMeter();
  const works = new Map<string, Work>();
  const logs = new Map<string, Log>(entries.map(({ contender }) => [contender.name, { counts: [] }]));
  const racers = entries.map(({ contender: { name }, open }) => {
    let bytesBefore = 0;
    let done = 0;
    return {
      name,
      async run(turn: number) {
        if (turn === 0) {
          say(`${name}: warming up`);
          bytesBefore = meter?.bytes() ?? 0;
          works.set(name, await open());
        }
        const work = works.get(name)!;
        const log = logs.get(name)!;
        const countsOf = () => (work.counts ? work.counts() : meter?.now());
        const before = countsOf();
        await work.once(done++);
        const now = countsOf();
        if (turn < plan.warmUp && meter) log.bytes = work.bytes?.() ?? meter.bytes() - bytesBefore;
        else if (before && now) log.counts.push(difference(before, now));
      },
    };
  });
  const { times, failures } = await interleave(racers, plan, () => performance.now());
  for (const { name, run } of racers) {
    if (failures.has(name)) continue;
    const work = works.get(name)!;
    const log = logs.get(name)!;
    if (log.counts.some(({ submits }) => submits > 0)) {
      say(`${name}: many in a row`);
      log.javascriptMs = await javascriptInARow(work, () => (work.counts ? work.counts() : meter?.now())!);
    }
    const times = work.kernelTimes && (await medianTimes(work.kernelTimes));
    if (times && Object.keys(times).length > 0) log.kernelMs = times;
    if (work.counts) continue;
    const kernels = await kernelsOf(() => run(plan.warmUp + plan.rounds));
    if (kernels > 0) log.kernels = kernels;
    const queued = meter && (await queuedFigures(work, meter));
    if (queued) log.queued = queued;
  }
  for (const work of works.values()) work.dispose();
  const references = entries.filter(({ contender: { ours, name } }) => ours && !failures.has(name));
  return entries.map(({ contender: { name, ours, what } }) => {
    const common = { name, ours, what };
    const unavailable = failures.get(name);
    if (unavailable !== undefined) return { ...common, unavailable };
    const mine = times.get(name)!;
    const timesOurs = Object.fromEntries(
      references.map(({ contender }) => [contender.name, ratioOf(mine, times.get(contender.name)!)!]),
    );
    const sample = mine.filter((ms) => ms !== undefined);
    return defined({ ...common, ms: summary(sample), timesOurs, ...gpuFigures(logs.get(name)!) });
  });
}

async function javascriptInARow(work: Work, counts: () => GpuCounts): Promise<NonNullable<Measured["javascriptMs"]>> {
  const warmMedian = async (budgetMs: number, chunk: (done: () => void, end: number) => Promise<void>) => {
    const times: number[] = [];
    const end = performance.now() + budgetMs;
    while (performance.now() < end) {
      let last: { readonly at: number; readonly waitMs: number } | undefined;
      // From answer to answer; the first one of a chunk has nobody before it.
      const done = () => {
        const { waitMs } = counts();
        const now = { at: performance.now(), waitMs };
        if (last) times.push(now.at - last.at - (now.waitMs - last.waitMs));
        last = now;
      };
      await chunk(done, end);
    }
    return quantile(times.slice(-Math.max(IN_A_ROW.least, Math.floor(times.length / 2))), 0.5);
  };
  const { queued } = work;
  const inQueue = queued && (await warmMedian(IN_A_ROW.queuedBudgetMs, (done) => queued(IN_A_ROW.chunk, done)));
  const awaited = await warmMedian(IN_A_ROW.budgetMs, async (done, end) => {
    for (let k = 0; k < 2 || (k < IN_A_ROW.chunk && performance.now() < end); k++) await work.once(k).then(done);
  });
  return { ...(inQueue !== undefined && { queued: inQueue }), awaited };
}

async function medianTimes(kernelTimes: NonNullable<Work["kernelTimes"]>): Promise<Record<string, number>> {
  const all: Readonly<Record<string, number>>[] = [];
  for (let n = 0; n < TIMED; n++) all.push(await kernelTimes());
  return Object.fromEntries(
    Object.keys(all[0]!).map((kernel) => [
      kernel,
      quantile(
        all.map((times) => times[kernel]!),
        0.5,
      ),
    ]),
  );
}

/** What one more in a row costs: the answer to the last one rides on nobody's. */
async function queuedFigures(work: Work, meter: GpuMeter): Promise<Measured["queued"]> {
  if (!work.queued) return undefined;
  const costOf = async (times: number) => {
    const before = meter.now();
    const begin = performance.now();
    await work.queued!(times);
    return { ms: performance.now() - begin, ...difference(before, meter.now()) };
  };
  const one = await costOf(1);
  const more = await costOf(1 + QUEUED);
  const each = (what: "ms" | "submits" | "readBacks") => (more[what] - one[what]) / QUEUED;
  return more.submits > 0 ? { ms: each("ms"), submits: each("submits"), readBacks: each("readBacks") } : undefined;
}

function gpuFigures({ counts, bytes, kernels, queued, javascriptMs, kernelMs }: Log) {
  if (counts.length === 0 || counts.every(({ submits }) => submits === 0)) return { kernels };
  const middle = (pick: (count: GpuCounts) => number) =>
    quantile(
      counts.map((count) => pick(count)),
      0.5,
    );
  return {
    kernels,
    javascriptMs,
    kernelMs,
    dispatches: middle((count) => count.dispatches),
    submits: middle((count) => count.submits),
    readBacks: middle((count) => count.readBacks),
    gpuObjects: middle((count) => count.objects),
    gpuBytes: bytes,
    queued,
  };
}

/** How many tfjs kernels run meanwhile. */
async function kernelsOf(job: () => Promise<void>): Promise<number> {
  const tensors = engine();
  const { runKernel } = tensors;
  let calls = 0;
  tensors.runKernel = ((...args: Parameters<typeof runKernel>) => {
    calls++;
    return runKernel.apply(tensors, args);
  }) as typeof runKernel;
  try {
    await job();
  } finally {
    Reflect.deleteProperty(tensors, "runKernel");
  }
  return calls;
}

function defined<T extends object>(record: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as never;
}
