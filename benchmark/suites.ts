import type { Contender, Host } from "./contender.ts";
import { type Entry, type Measured, measure, type Work } from "./measure.ts";
import { CONTENDERS } from "./registry.ts";
import { promptsOf, ROLLOUT, type Size, sequencesOf, startOf, TRAINING, tirelessStart } from "./shapes.ts";

export interface SuiteOptions {
  /** Parts of the names of those who take part; undefined: everyone. */
  readonly who: readonly string[] | undefined;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

export interface TrainRow extends Measured {
  readonly firstLoss?: number;
  /** Largest relative difference between its losses and ours, over the steps that both made. */
  readonly lossDifference?: number;
  readonly sameMathematics: boolean;
}

export interface RolloutRow extends Measured {
  readonly tokensPerSecond?: number;
  /** Share of tokens that equal ours when everyone takes the likeliest. */
  readonly sameGreedy?: number;
}

const BATCHES = 4;
const WARM_UP = 3;
const BUDGET_MS = 45_000;

/** One training step of everyone, on one size. */
export async function trainSuite(size: Size, host: Host, { rounds, say, who }: SuiteOptions): Promise<TrainRow[]> {
  const start = startOf(size);
  const { rows, tokens } = TRAINING[size];
  const batches = Array.from({ length: BATCHES }, (_, index) => sequencesOf(start.shape, rows, tokens, index));
  const losses = new Map<string, number[]>();
  const entries = present("train", host, who).map(({ contender, train }) => ({
    contender,
    async open(): Promise<Work> {
      const trainee = await train(start, host);
      const mine: number[] = [];
      losses.set(contender.name, mine);
      const { queue, kernelTimes, counts, bytes } = trainee;
      const first = (times: number) => Array.from({ length: times }, (_, k) => batches[k % BATCHES]!);
      return {
        ...(counts ? { counts: () => counts() } : {}),
        ...(bytes ? { bytes: () => bytes() } : {}),
        dispose: () => trainee.dispose(),
        once: async (k) => void mine.push(await trainee.step(batches[k % BATCHES]!)),
        ...(kernelTimes ? { kernelTimes: () => kernelTimes(batches[0]!) } : {}),
        ...(queue ? { queued: (times: number, done?: () => void) => queue(first(times), done) } : {}),
      };
    },
  }));
  const measured = await measure(entries, { rounds, warmUp: WARM_UP, budgetMs: BUDGET_MS }, (line) =>
    say(`${size}: ${line}`),
  );
  const ours = measured.find((row) => row.ours && row.ms);
  const reference = ours && losses.get(ours.name);
  return measured.map((row) => {
    const mine = losses.get(row.name) ?? [];
    const { sameMathematics } = entries.find(({ contender }) => contender.name === row.name)!.contender;
    if (!row.ms) return { ...row, sameMathematics };
    // Both have made so many steps on the same batches; what follows, not everyone repeats as often.
    const steps = Math.min(row.ms.count, ours?.ms?.count ?? 0);
    const shared = reference && sameMathematics ? mine.slice(0, steps) : [];
    const differences = shared.map((loss, k) => Math.abs(loss / reference![k]! - 1));
    return {
      ...row,
      sameMathematics,
      firstLoss: mine[0]!,
      ...(differences.length > 0 ? { lossDifference: Math.max(...differences) } : {}),
    };
  });
}

/** A batch of completions of everyone who writes. */
export async function rolloutSuite(host: Host, { rounds, say, who }: SuiteOptions): Promise<RolloutRow[]> {
  const start = tirelessStart("tiny");
  const prompts = promptsOf(start.shape);
  const { rows, newTokens } = ROLLOUT;
  const greedy = new Map<string, Int32Array>();
  const entries: Entry[] = present("write", host, who).map(({ contender, write }) => ({
    contender,
    async open() {
      const writer = await write(start, host);
      greedy.set(contender.name, await writer.write(prompts, newTokens, null));
      return { once: async (k) => void (await writer.write(prompts, newTokens, k)), dispose: () => writer.dispose() };
    },
  }));
  const measured = await measure(entries, { rounds, warmUp: WARM_UP, budgetMs: BUDGET_MS }, (line) =>
    say(`rollout: ${line}`),
  );
  const ours = measured.find((row) => row.ours && row.ms);
  const reference = ours && greedy.get(ours.name);
  return measured.map((row) => {
    const mine = greedy.get(row.name);
    if (!row.ms || !mine) return row;
    const tokensPerSecond = (1000 * rows * newTokens) / row.ms.median;
    const same = reference && mine.filter((id, i) => id === reference[i]).length / mine.length;
    return { ...row, tokensPerSecond, ...(same === undefined ? {} : { sameGreedy: same }) };
  });
}

/** Contenders that can do `task` on this host, here or where they compute instead. */
function present<K extends "train" | "write">(task: K, { backend, threads }: Host, who: readonly string[] | undefined) {
  return CONTENDERS.flatMap((contender) => {
    const does = contender[task];
    const enough = threads >= (contender.leastThreads ?? 1);
    const asked = enough && (!who || who.some((part) => contender.name.includes(part)));
    const here = asked && (contender.backends.includes(backend) || contender.instead !== undefined);
    return does && here ? [{ contender, [task]: does } as { contender: Contender } & Required<Pick<Contender, K>>] : [];
  });
}
