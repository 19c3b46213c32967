import { engine } from "@tensorflow/tfjs-core";
import type { Contender } from "./contender.ts";
import { difference, type GpuCounts, type GpuMeter, gpuMeter } from "./gpuCounters.ts";
import { interleave, type Plan } from "./interleave.ts";
import { quantile, ratioOf, type Summary, summary } from "./statistics.ts";

/** What is repeated: a training step, or a batch of completions. */
export interface Work {
  /** The k-th time, counted from 0. */
  once(k: number): Promise<void>;
  /** Does it `times` over, each asked for before the one before has answered. */
  queued?(times: number): Promise<void>;
  counts?(): GpuCounts | undefined;
  bytes?(): number | undefined;
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
  /** What lies outside the waits for WebGPU. */
  readonly javascriptMs?: number;
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

interface Log {
  readonly counts: GpuCounts[];
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
    if (failures.has(name) || works.get(name)?.counts) continue;
    const kernels = await kernelsOf(() => run(plan.warmUp + plan.rounds));
    if (kernels > 0) logs.get(name)!.kernels = kernels;
    const queued = meter && (await queuedFigures(works.get(name)!, meter));
    if (queued) logs.get(name)!.queued = queued;
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
    return defined({ ...common, ms: summary(sample), timesOurs, ...gpuFigures(sample, logs.get(name)!) });
  });
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

function gpuFigures(sample: readonly number[], { counts, bytes, kernels, queued }: Log) {
  if (counts.length === 0 || counts.every(({ submits }) => submits === 0)) return { kernels };
  const middle = (pick: (count: GpuCounts) => number) =>
    quantile(
      counts.map((count) => pick(count)),
      0.5,
    );
  const active = sample.map((ms, i) => ms - (counts[i]?.waitMs ?? 0));
  return {
    kernels,
    javascriptMs: quantile(active, 0.5),
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
