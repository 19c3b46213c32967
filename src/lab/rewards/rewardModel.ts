import type { AnyValues } from "../schema.ts";
import { logSigmoid, sigmoid, summarise } from "../statistics.ts";
import type { Problem, Task, TaskStyle } from "../tasks/task.ts";
import { dot, fitBradleyTerry } from "./bradleyTerry.ts";
import { type Preference, preferences } from "./preferences.ts";

/** One of ten equal bins of the predicted probability that the first answer is preferred. */
interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean prediction, and how often the first answer really was preferred; 0 in an empty bin. */
  readonly predicted: number;
  readonly observed: number;
}

/** How well the model foretells preferences that it was not trained on. */
export interface RewardReport {
  readonly pairs: number;
  /** Share of pairs whose preferred answer scores higher; equal scores count half. */
  readonly accuracy: number;
  /** The same for the true utility: the noise of the judge lets nobody do better on average. */
  readonly ceiling: number;
  /** Mean −log of the probability given to what happened, nats. */
  readonly logLoss: number;
  readonly bins: readonly ReliabilityBin[];
  /** Expected calibration error: mean distance of prediction and observation, bins weighted by their pairs. */
  readonly ece: number;
}

/** A reward that was learned: linear in what `TaskStyle.features` sees, in log-odds of being preferred. */
export interface RewardModel {
  readonly weights: Float64Array; // [features], named by TaskStyle.featureNames
  score(problem: Problem, completion: string): number;
  /** Of the scores of the answers it was trained on. */
  readonly mean: number;
  readonly std: number;
  readonly lowest: number;
  readonly report: RewardReport;
}

const RIDGE = 0.1;
const HELD_OUT = 2000;
const BINS = 10;

interface RewardModelOptions {
  readonly seed: number;
  readonly pairs: number;
  readonly noise: number;
}

/** Trains a Bradley–Terry reward model on `pairs` noisy preferences and measures it on 2,000 others. A pure function. */
export function trainRewardModel(
  task: Task,
  style: TaskStyle,
  params: AnyValues,
  { seed, pairs, noise }: RewardModelOptions,
): RewardModel {
  const training = preferences(task, style, params, { seed, noise, count: pairs, set: "training" });
  const weights = fitBradleyTerry(
    training.map((pair) => difference(style, pair)),
    RIDGE,
  );
  const score = (problem: Problem, completion: string) => dot(weights, style.features(problem, completion));
  const scores = training.flatMap(({ problem, first, second }) => [score(problem, first), score(problem, second)]);
  const { mean, std, min: lowest } = summarise(scores);
  const heldOut = preferences(task, style, params, { seed, noise, count: HELD_OUT, set: "held-out" });
  return { weights, score, mean, std: std || 1, lowest, report: reportOn(heldOut, score, style) };
}

/** Features of the preferred answer less those of the other. */
function difference(style: TaskStyle, { problem, first, second, prefersFirst }: Preference): Float64Array {
  const [a, b] = prefersFirst ? [first, second] : [second, first];
  const other = style.features(problem, b);
  return style.features(problem, a).map((value, i) => value - other[i]!);
}

/** @internal Exported for its test. */
export function reportOn(
  heldOut: readonly Preference[],
  score: (problem: Problem, completion: string) => number,
  style: Pick<TaskStyle, "utility">,
): RewardReport {
  const margin = (by: typeof score, { problem, first, second }: Preference) => by(problem, first) - by(problem, second);
  const agreement = (by: typeof score) =>
    heldOut.reduce((sum, pair) => {
      const sign = Math.sign(margin(by, pair));
      return sum + (sign === 0 ? 0.5 : sign > 0 === pair.prefersFirst ? 1 : 0);
    }, 0) / heldOut.length;
  const judged = heldOut.map((pair) => ({ p: sigmoid(margin(score, pair)), won: pair.prefersFirst ? 1 : 0 }));
  const bins = Array.from({ length: BINS }, (_, bin): ReliabilityBin => {
    const inside = judged.filter(({ p }) => Math.min(BINS - 1, Math.floor(p * BINS)) === bin);
    const mean = (pick: (pair: (typeof judged)[number]) => number) =>
      inside.reduce((sum, pair) => sum + pick(pair), 0) / Math.max(1, inside.length);
    return {
      from: bin / BINS,
      to: (bin + 1) / BINS,
      count: inside.length,
      predicted: mean(({ p }) => p),
      observed: mean(({ won }) => won),
    };
  });
  const lossOf = (pair: Preference) => -logSigmoid((pair.prefersFirst ? 1 : -1) * margin(score, pair));
  return {
    pairs: heldOut.length,
    accuracy: agreement(score),
    ceiling: agreement(style.utility),
    logLoss: heldOut.reduce((sum, pair) => sum + lossOf(pair), 0) / heldOut.length,
    bins,
    ece:
      bins.reduce((sum, { count, predicted, observed }) => sum + count * Math.abs(predicted - observed), 0) /
      heldOut.length,
  };
}
