import { objectiveById } from "../objectives/index.ts";
import { bytesToKeep, bytesToRead, bytesToTrain, WORK_BYTES } from "../policy/activationBytes.ts";
import type { UpdateSize } from "../policy/probe.ts";
import { type PolicyShape, parameterCount, SIZES } from "../policy/shape.ts";
import { CHECKPOINT, weightOf } from "../rewards/rules/weights.ts";
import { taskById } from "../tasks/index.ts";
import { modelByHash, scoringBytes } from "../tasks/models.ts";
import { nativeCheckpoint, vocabularyOf } from "../tasks/task.ts";
import { type FlatConfig, flatten, phasesOf, type RunConfig, withSettings } from "./config.ts";
import { copiesOf } from "./copies.ts";
import { costOf, evaluationsOf, lengthsOf, trainingOf } from "./cost.ts";
import { totalSteps } from "./phases.ts";

/** What a run takes of a machine without a GPU, estimated before it is made. */
interface Demand {
  readonly seconds: number;
  /** Of the largest update or evaluation, if all its rows were laid out at once. */
  readonly bytes: number;
  /** What that takes at a time, in micro-batches of {@link WORK_BYTES} where it is more, and beside what these keep where that is half. */
  readonly work: number;
  /** Of the policy itself: weights, gradient, two moments, and the copies of the weights that the run compares with; and of its judges. */
  readonly held: number;
}

/** What is trained without being asked twice: five hours on two processor cores, updates of 3 GiB. */
const ASKED_ABOVE: Pick<Demand, "seconds" | "bytes"> = { seconds: 5 * 3600, bytes: 3 * 2 ** 30 };

/** Measured on two processor cores without a GPU, with policies of the size tiny: 8.2k on parity, 9.1k on countdown. */
export const POSITIONS_PER_SECOND = 8500;

/** The largest update of a run: its rows, and the tokens of one, about. */
export function updateOf(config: RunConfig): UpdateSize {
  const lengths = lengthsOf(config);
  const length = lengths.prompt + Math.max(lengths.own, ...Object.values(lengths.styles));
  return { rows: Math.max(...phasesOf(config).map((phase) => rowsOf(phase.config))), length };
}

/** How many parameters go through a position in a second, about. */
const SPEED = POSITIONS_PER_SECOND * parameterCount(SIZES.tiny);

/** What the reward checkpoints of a run take beside its policy, those that are known here. */
function judgesOf(config: RunConfig): { readonly seconds: number; readonly held: number; readonly largest: number } {
  const lengths = lengthsOf(config);
  const phases = phasesOf(config);
  const evaluated = (evaluationsOf(config) * config.evaluation.evalProblems) / phases.at(-1)!.last;
  const judges = phases.flatMap(({ config: own }) => {
    const judge = weightOf(own.rewards, CHECKPOINT) > 0 && modelByHash(String(own.rewards.rewardCheckpoint));
    if (!judge) return [];
    const answers = trainingOf(own, lengths).sampled + evaluated * own.optimizer.steps;
    const parameters = parameterCount(judge.shape);
    return [{ parameters, seconds: (answers * (lengths.prompt + lengths.own) * parameters) / SPEED, judge }];
  });
  return {
    seconds: judges.reduce((sum, { seconds }) => sum + seconds, 0),
    held: [...new Set(judges.map(({ judge }) => judge))].reduce((sum, judge) => sum + scoringBytes(judge), 0),
    largest: Math.max(0, ...judges.map(({ parameters }) => parameters)),
  };
}

/** Time and memory of a run. Time grows with the number of parameters, memory as policy/activationBytes.ts has it. */
export const demandOf = (config: RunConfig): Demand => demandBeside(judgesOf(config), config);

function demandBeside(judges: ReturnType<typeof judgesOf>, config: RunConfig): Demand {
  const shape = shapeOf(config);
  const { rows, length } = updateOf(config);
  const [trained, read] = [length * bytesToTrain(shape, length), length * bytesToRead(shape, length)];
  const bytes = Math.max(rows * trained, config.evaluation.evalProblems * read);
  const kept = rows * length * bytesToKeep(shape.width);
  return {
    seconds: (costOf(config).positions * parameterCount(shape)) / SPEED + judges.seconds,
    bytes,
    work: Math.min(bytes, Math.max(WORK_BYTES, trained + kept, WORK_BYTES / 2 + kept)),
    held: 4 * (4 + copiesOf(config)) * parameterCount(shape) + judges.held,
  };
}

/**
 * How long the longest call of the policy or a judge takes a machine without a GPU, about, in seconds: a mean step, an evaluation, which
 * samples all its problems at once and waits for answers of any length, or the longest answer that is scored.
 */
export function longestCallOf(config: RunConfig): number {
  const { task, taskParams, evaluation } = config;
  const answer = taskById(task).limits(taskParams).completion + 1;
  const length = lengthsOf(config).prompt + answer;
  const judges = judgesOf(config);
  const step = demandBeside(judges, config).seconds / (totalSteps(config) + 1);
  const evaluated = evaluation.evalProblems * parameterCount(shapeOf(config));
  return Math.max(step, (length * Math.max(evaluated, judges.largest)) / SPEED);
}

/** A run beyond {@link ASKED_ABOVE}: what it takes, in words, and what would make it small enough, if halving does. */
interface Excess {
  /** "updates of 4.9 GB in micro-batches, 111 hours on two processor cores and up to 1.1 GB of memory" */
  readonly words: string;
  readonly smaller: FlatConfig | undefined;
}

/** Undefined for a run that is trained without being asked twice. */
export function excessOf(config: RunConfig): Excess | undefined {
  const known = excesses.get(config);
  if (known !== undefined) return known ?? undefined;
  const demand = demandOf(config);
  const excess = fits(demand) ? null : { words: demandInWords(demand), smaller: smallerThan(config) };
  excesses.set(config, excess);
  return excess ?? undefined;
}

/** What several runs take one after another, in words; undefined where together they are trained without being asked twice. */
export function excessOfAll(configs: readonly RunConfig[]): string | undefined {
  const demands = configs.map(demandOf);
  const most = (key: keyof Demand) => Math.max(0, ...demands.map((demand) => demand[key]));
  const seconds = demands.reduce((sum, demand) => sum + demand.seconds, 0);
  const demand = { seconds, bytes: most("bytes"), work: most("work"), held: most("held") };
  return fits(demand) ? undefined : demandInWords(demand);
}

/** A config is asked about with every press and every drawing. */
const excesses = new WeakMap<RunConfig, Excess | null>();

const fits = ({ seconds, bytes }: Pick<Demand, "seconds" | "bytes">) =>
  seconds <= ASKED_ABOVE.seconds && bytes <= ASKED_ABOVE.bytes;

/** A duration in the words that somebody waiting for it would use. */
export function aboutTime(seconds: number): string {
  if (seconds < 10) return "a few seconds";
  if (seconds < 50) return `${Math.round(seconds / 10) * 10} seconds`;
  if (seconds < 90) return "a minute";
  if (seconds < 3600) return `${Math.round(seconds / 60)} minutes`;
  return `${(seconds / 3600).toFixed(1)} hours`;
}

function demandInWords({ seconds, bytes, work, held }: Demand): string {
  const pieces = bytes > work ? `updates of ${aboutBytes(bytes)} in micro-batches, ` : "";
  return `${pieces}${aboutTime(seconds)} on two processor cores and up to ${aboutBytes(work + held)} of memory`;
}

/** "38 MB", "4.9 GB". */
export function aboutBytes(bytes: number): string {
  return bytes < 0.995e9 ? `${Number((bytes / 1e6).toPrecision(2))} MB` : `${(bytes / 1e9).toPrecision(2)} GB`;
}

/** Memory of the largest policy, update or evaluation of a run on a machine without a GPU, in words. */
export function aboutMemory(config: RunConfig): string {
  const { work, held } = demandOf(config);
  return aboutBytes(work + held);
}

/** The same where it is a part of a computer's memory that its user would miss: from 1 GB on. */
export function muchMemory(config: RunConfig): string | undefined {
  const { work, held } = demandOf(config);
  return work + held < 1e9 ? undefined : aboutBytes(work + held);
}

/** Tokens of the longest row that a run can train on, within the context of its policy. */
export function longestRowOf(config: RunConfig): number {
  const { prompt, completion } = taskById(config.task).limits(config.taskParams);
  return Math.min(shapeOf(config).context, prompt + completion + 1);
}

/** The rows of the largest batch of an update. */
function rowsOf({ algorithm, rollouts, demonstrations }: RunConfig): number {
  const { feeds } = objectiveById(algorithm);
  const asked = feeds.includes("rollouts") ? rollouts.prompts * rollouts.groupSize : 0;
  const pairs = feeds.includes("onlinePairs") || feeds.includes("offlinePairs") ? 2 * rollouts.prompts : 0;
  return asked + pairs + (feeds.includes("demos") ? demonstrations.demoBatch : 0);
}

function shapeOf({ task: id, start }: RunConfig): PolicyShape {
  const task = taskById(id);
  const vocabSize = vocabularyOf(task);
  if (start.start === "random") return { ...SIZES[start.size], vocabSize };
  return task.model?.shape ?? { ...SIZES[nativeCheckpoint(task, start.checkpoint).size], vocabSize };
}

/** Settings that are halved until a run is small enough: rows first, then steps. */
function smallerThan(config: RunConfig): FlatConfig | undefined {
  let changes: FlatConfig = {};
  for (let round = 0; round < 24; round++) {
    const now = withSettings(config, changes);
    const demand = demandOf(now);
    if (fits(demand)) return changes;
    const keys = demand.bytes > ASKED_ABOVE.bytes ? ["prompts", "groupSize", "demoBatch", "evalProblems"] : ["steps"];
    const flat = flatten(now);
    const largest = keys
      .map((key) => [key, flat[key]] as const)
      .filter((one): one is readonly [string, number] => typeof one[1] === "number" && one[1] >= 8)
      .sort((a, b) => b[1] - a[1])[0];
    if (!largest) return undefined;
    changes = { ...changes, [largest[0]]: Math.floor(largest[1] / 2) };
  }
  return undefined;
}
