import { demoStyleOf, type RunConfig } from "../experiment/config.ts";
import { POSITION_BITS, type RandomKey, rngFor, Streams, uniform } from "../rng.ts";
import type { Schema, Values } from "../schema.ts";
import { isPolicyWriter, kindDemonstrated, type PolicyWriter } from "../settings.ts";
import type { Problem, Split, Style, Task } from "../tasks/task.ts";

/** A problem with somebody's answer to it (without `<eos>`). */
export interface Demonstration {
  readonly problem: Problem;
  readonly completion: string;
  readonly writer: Style | PolicyWriter;
}

/** Which demonstrations: who wrote them, about problems of which split. */
interface DemonstrationSource {
  readonly style: Style;
  readonly seed: number;
  readonly split: Split;
  /** Share in the flawed style instead, and share of the others in the native one; 0 unless given. */
  readonly flawedShare?: number;
  readonly nativeShare?: number;
  /** Of a task of several kinds; whatever the task trains on unless given. */
  readonly kind?: string | undefined;
}

/** Rows of the demonstrations' stream that no training batch reaches: one draws the problem, one the answer. */
const PROBLEM_ROW = 2 ** 19;
const ANSWER_ROW = PROBLEM_ROW + 1;

/** Repeated prompts in a row after which a task counts as exhausted. */
const MISSES = 200;

/** The source of a run's demonstrations. What the policy writes itself is in its own manner, the native one. */
export function sourceOf(config: RunConfig, split: Split): DemonstrationSource {
  const written = demoStyleOf(config);
  const byPolicy = isPolicyWriter(written);
  const { flawedShare, nativeShare } = config.demonstrations;
  return {
    style: byPolicy ? "native" : written,
    ...{ seed: config.start.seed, split, kind: kindDemonstrated(config.kinds) },
    ...(!byPolicy && { flawedShare, nativeShare }),
  };
}

/**
 * Item `index` of an endless series: a pure function of the source and the index. Prompts may repeat. `place` is the item's
 * own in its set, which decides its style where there are several.
 */
export function demonstration<S extends Schema>(
  task: Task<S>,
  params: Values<S>,
  source: DemonstrationSource,
  index: number,
  place = index,
): Demonstration {
  const { seed, split, kind } = source;
  const given = task.given?.demonstrations(split);
  if (given && given.length > 0) return { ...given[index % given.length]!, writer: "expert" };
  const key = { seed, stream: Streams.demos, step: index };
  const rng = rngFor(key, PROBLEM_ROW);
  const problem =
    kind !== undefined && task.problemOf ? task.problemOf(kind, rng, split, params) : task.problem(rng, split, params);
  const writer = styleAt(source, place);
  return { problem, completion: task.demonstrate(problem, writer, rngFor(key, ANSWER_ROW), params), writer };
}

/** The style of the item at a place: among the first n, ⌊n · share⌋ are flawed, spread evenly; likewise the native of the rest. */
function styleAt({ style, flawedShare = 0, nativeShare = 0 }: DemonstrationSource, place: number): Style {
  const flawed = due(flawedShare, place);
  if (due(flawedShare, place + 1) > flawed) return "flawed";
  const others = place - flawed;
  return due(nativeShare, others + 1) > due(nativeShare, others) ? "native" : style;
}

/** How many of the first n take a share; the small number keeps 0.29 · 100 from falling short of 29. */
const due = (share: number, n: number) => Math.floor(share * n + 1e-9);

/**
 * The first `count` items of that series whose prompts differ. Where the task has too few prompts (200 repeats in a row),
 * the rest are taken as they come. A longer set begins with the shorter one. Of a data set: its first `count` rows, all for 0.
 */
export function demonstrations<S extends Schema>(
  task: Task<S>,
  params: Values<S>,
  source: DemonstrationSource & { readonly count: number },
): readonly Demonstration[] {
  const given = task.given?.demonstrations(source.split);
  if (given) {
    const all = given.map((answer) => ({ ...answer, writer: "expert" as const }));
    return source.count === 0 ? all : all.slice(0, source.count);
  }
  const seen = new Set<string>();
  const items: Demonstration[] = [];
  let misses = 0;
  for (let index = 0; items.length < source.count; index++) {
    const item = demonstration(task, params, source, index, items.length);
    const repeated = seen.has(item.problem.prompt);
    if (repeated && misses < MISSES) {
      misses++;
      continue;
    }
    if (!repeated) misses = 0;
    seen.add(item.problem.prompt);
    items.push(item);
  }
  return items;
}

/** A fixed set (made once, here), or the endless series where `count` is 0. */
export interface DemonstrationPool {
  readonly count: number;
  at(index: number): Demonstration;
}

/** What {@link batchIndices} picks from; hold on to it, for a fixed set takes `count` problems to make. */
export function demonstrationPool<S extends Schema>(
  task: Task<S>,
  params: Values<S>,
  source: DemonstrationSource & { readonly count: number },
): DemonstrationPool {
  if (source.count === 0 && !task.given) return { count: 0, at: (index) => demonstration(task, params, source, index) };
  return fixedPool(demonstrations(task, params, source));
}

/** A pool of items made elsewhere. */
export function fixedPool<D extends Demonstration>(items: readonly D[]): DemonstrationPool & { at(index: number): D } {
  return {
    count: items.length,
    at(index) {
      const item = items[index];
      if (item === undefined) throw new RangeError(`demonstration must be in [0, ${items.length}), got ${index}`);
      return item;
    },
  };
}

/**
 * Which items make up the batch of a step (counted from 1). With `count` items every epoch is a permutation of all of
 * them, and a batch may span epochs; with 0, batches follow one another without end. A pure function: nothing to resume.
 * @throws {RangeError} for a step below 1.
 */
export function batchIndices(count: number, batchSize: number, step: number, key: RandomKey): number[] {
  if (!(Number.isInteger(step) && step >= 1)) throw new RangeError(`step must be a whole number from 1, got ${step}`);
  const first = (step - 1) * batchSize;
  const indices: number[] = [];
  let order: Int32Array | undefined;
  for (let at = first; at < first + batchSize; at++) {
    if (count === 0) indices.push(at);
    else {
      if (order === undefined || at % count === 0) order = permutation(count, Math.floor(at / count), key);
      indices.push(order[at % count]!);
    }
  }
  return indices;
}

/** Fisher–Yates, with draws numbered through all epochs: 2^32 of them before they run out. */
function permutation(count: number, epoch: number, key: RandomKey): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const draw = epoch * count + i;
    const position = draw % 2 ** POSITION_BITS;
    const j = Math.floor(uniform(key, (draw - position) / 2 ** POSITION_BITS, position) * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
