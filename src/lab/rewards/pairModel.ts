import { sigmoid, summarise } from "../statistics.ts";
import type { Task } from "../tasks/task.ts";
import { dot, fitBradleyTerry } from "./bradleyTerry.ts";
import { RewardError } from "./rewardError.ts";

/** How well the model tells the chosen of a pair from the rejected one, on pairs that it was not fitted to. */
interface PairReport {
  /** Held-out pairs. */
  readonly pairs: number;
  /** Share whose chosen answer scores higher; equal scores count half. */
  readonly accuracy: number;
  /** Expected calibration error in ten equal bins of the predicted probability. */
  readonly ece: number;
}

/** Features: the length, how often each character comes, and how often two of them come together, in so many buckets. */
const SINGLES = 64;
const DOUBLES = 96;
const RIDGE = 1;
/** Pairs that are fitted: Newton's method costs features² a pair. */
const MOST_PAIRS = 2000;
/** One pair in this many is kept from the fit. */
const HELD_OUT = 5;
const BINS = 10;

/** Why the model is nothing on a task of the lab alone. */
export const NO_PAIRS =
  "This task has no pairs of its own for the reward model to learn from: it needs those of a data set.";

/**
 * A Bradley–Terry model of a data set's pairs: linear in counts of characters and of neighbouring characters (hashed), in log-odds
 * of being chosen. Rates are z-scores over the answers that it was fitted to. A pure function of the data.
 */
export class PairModel {
  readonly report: PairReport;
  readonly #weights: Float64Array;
  readonly #mean: number;
  readonly #std: number;
  readonly #lowest: number;

  /** The model of a task of data. @throws {RewardError} where the data are not here, or have too few pairs */
  static of(task: Task): PairModel {
    const known = fitted.get(task);
    if (known) return known;
    if (task.missing !== undefined) throw new RewardError(`The reward model lacks its pairs. ${task.missing}`);
    if (!task.given) throw new RewardError(NO_PAIRS);
    const pairs = task.given.pairs?.() ?? [];
    if (pairs.length < 2 * HELD_OUT)
      throw new RewardError(
        `A reward model must have at least ${2 * HELD_OUT} pairs of chosen and rejected answers in the data, got ${pairs.length}.`,
      );
    const model = new PairModel(pairs.map(({ chosen, rejected }) => [chosen.completion, rejected.completion]));
    fitted.set(task, model);
    return model;
  }

  constructor(pairs: readonly (readonly [string, string])[]) {
    const some = pairs.slice(0, MOST_PAIRS).map(([better, worse]) => [featuresOf(better), featuresOf(worse)] as const);
    const training = some.filter((_, at) => at % HELD_OUT > 0);
    const heldOut = some.filter((_, at) => at % HELD_OUT === 0);
    this.#weights = fitBradleyTerry(
      training.map(([better, worse]) => better.map((value, i) => value - worse[i]!)),
      RIDGE,
    );
    const scores = training.flat().map((features) => dot(this.#weights, features));
    const { mean, std, min } = summarise(scores);
    [this.#mean, this.#std, this.#lowest] = [mean, std || 1, min];
    const margins = heldOut.map(([better, worse]) => dot(this.#weights, better) - dot(this.#weights, worse));
    this.report = reportOn(margins);
  }

  /** Standard deviations above the mean of the answers that it was fitted to; one that never ended gets the lowest of those. */
  rate(completion: string, ended: boolean): number {
    const score = ended ? dot(this.#weights, featuresOf(completion)) : this.#lowest;
    return Math.fround((score - this.#mean) / this.#std);
  }
}

const fitted = new WeakMap<Task, PairModel>();

/** [1 + singles + doubles] of a text, lengths in tens of characters. */
function featuresOf(text: string): Float64Array {
  const features = new Float64Array(1 + SINGLES + DOUBLES);
  features[0] = text.length / 10;
  for (let i = 0; i < text.length; i++) {
    const here = text.charCodeAt(i);
    features[1 + (here % SINGLES)]! += 1;
    if (i > 0) features[1 + SINGLES + ((text.charCodeAt(i - 1) * 31 + here) % DOUBLES)]! += 1;
  }
  return features;
}

/** Of how far the chosen answers lead, in log-odds. */
function reportOn(margins: readonly number[]): PairReport {
  const count = Math.max(1, margins.length);
  const right = margins.reduce((sum, margin) => sum + (margin > 0 ? 1 : margin === 0 ? 0.5 : 0), 0);
  // Each pair is one prediction for the chosen answer and one against the rejected.
  const judged = margins.flatMap((margin) => [
    { p: sigmoid(margin), won: 1 },
    { p: sigmoid(-margin), won: 0 },
  ]);
  let ece = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const inside = judged.filter(({ p }) => Math.min(BINS - 1, Math.floor(p * BINS)) === bin);
    const gap = inside.reduce((sum, { p, won }) => sum + p - won, 0);
    ece += Math.abs(gap) / (2 * count);
  }
  return { pairs: margins.length, accuracy: right / count, ece };
}
