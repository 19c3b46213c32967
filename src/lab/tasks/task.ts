import type { SizeName } from "../policy/shape.ts";
import type { Rng } from "../rng.ts";
import { type AnyValues, ConfigError, quote, type Schema, type Values } from "../schema.ts";
import { CHARACTERS } from "../tokenizer/characters.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import type { KnownModel } from "./models.ts";
import type { Vocabulary } from "./vocabularies.ts";

/** Where a problem comes from. No prompt belongs to two of them. */
export type Split = "train" | "id" | "ood";

/** How a demonstration is written. `native` is the policy's own manner, `expert` another one, `flawed` a bad habit. */
export const STYLES = ["native", "expert", "flawed"] as const;
export type Style = (typeof STYLES)[number];

export interface Problem {
  /** What the policy reads, e.g. `3,5,8:16=`. */
  readonly prompt: string;
  /** Which task of a mixture it is; the task's own id elsewhere. */
  readonly kind: string;
}

/** Shares of the styles among demonstrations; they sum to 1. */
export type StyleShares = Readonly<Record<Style, number>>;

/** One stage in the making of a native checkpoint: maximum likelihood on demonstrations, with a learning-rate schedule of its own. */
export interface Stage {
  readonly styles: StyleShares;
  /** The shares for single kinds of a task made of several, instead of `styles`. */
  readonly stylesOf?: Readonly<Record<string, StyleShares>>;
  /** Share of demonstrations whose prompt carries the hint (see {@link hintedPrompt}); their answers are native and right. */
  readonly hinted: number;
  /** Different training prompts; 0: fresh ones at every step. */
  readonly prompts: number;
  readonly steps: number;
  /** Demonstrations in one update; 64 unless given. */
  readonly batch?: number;
  readonly lr: number;
}

/** The shares of a stage for problems of one kind. */
export function sharesOf({ styles, stylesOf }: Stage, kind: string): StyleShares {
  return stylesOf?.[kind] ?? styles;
}

/** A policy that runs can start from, and how it is made: imperfect on purpose, so that 0 < pass@1 < 1. */
export interface NativeCheckpoint {
  /** Its name among the task's checkpoints, e.g. `nano-guessing`. */
  readonly name: string;
  readonly size: SizeName;
  readonly stages: readonly Stage[];
  /** Task settings that it is made with, where they differ from the defaults. */
  readonly params?: AnyValues;
  /** How its making leaves it imperfect, in words for the page. */
  readonly habit: string;
  /** Its file without the ending and the command that makes it, where it is another task's. */
  readonly shipped?: { readonly file: string; readonly command: string };
}

/**
 * A family of problems whose answers a program can check. The answer is what stands after the last `>` of a completion
 * (all of it where there is none), so that every style shares one verifier.
 */
export interface Task<S extends Schema = Schema> {
  readonly id: string;
  readonly title: string;
  /** One plain sentence, with an example. */
  readonly summary: string;
  readonly params: S;
  limits(params: Values<S>): Limits;
  problem(rng: Rng, split: Split, params: Values<S>): Problem;
  /** A completion (without `<eos>`). Native and expert ones are right; flawed ones often are not. */
  demonstrate(problem: Problem, style: Style, rng: Rng, params: Values<S>): string;
  /** Reward in [0, 1]; 1 exactly when the answer is right. Never throws, whatever the completion. */
  verify(problem: Problem, completion: string, params: Values<S>): number;
  /** What an answer is that the verifier gives 1, and one to which it gives less; right and wrong unless given. */
  readonly verdicts?: { readonly right: string; readonly wrong: string };
  /** The answer itself, as a hint for Hinted Decoding and for display. As a completion it is right. */
  solution(problem: Problem, params: Values<S>): string;
  /** The policies that runs on this task can start from; the first is the usual one. */
  readonly checkpoints: readonly [NativeCheckpoint, ...NativeCheckpoint[]];
  /** Where problems and answers are rows of a data set. */
  readonly given?: GivenRows;
  /** Why nothing can be trained, in one sentence: the task stands for data that are not here. */
  readonly missing?: string;
  /** The vocabulary that reads its texts, where it is not the lab's characters. */
  readonly vocabulary?: Vocabulary;
  /** What reads its texts; the lab's characters unless given. Absent too on a page, where a worker has it. */
  readonly tokenizer?: Tokenizer | undefined;
  /** Whose weights a run starts from, where it is somebody's own model. */
  readonly model?: KnownModel;
  /** Where answers can be in good or bad taste. */
  readonly style?: TaskStyle;
  /** Where a task is made of several: all that there can be, whatever the parameters. */
  readonly parts?: readonly TaskPart[];
  /** Where a task is made of several: all kinds there can be, whatever the parameters. */
  readonly everyKind?: readonly string[];
  /** Where a task is made of several: the kinds to evaluate apart, also those that the parameters keep out of training. */
  kinds?(params: Values<S>): readonly string[];
  /** The kinds that {@link Task.problem} draws from; all of {@link Task.kinds} unless given. */
  trainedKinds?(params: Values<S>): readonly string[];
  /** A problem of one of {@link Task.kinds}. @throws {RangeError} naming the kinds when it is another. */
  problemOf?(kind: string, rng: Rng, split: Split, params: Values<S>): Problem;
}

/** A completion to a problem, by somebody who is not asked again. */
export interface GivenAnswer {
  readonly problem: Problem;
  readonly completion: string;
}

/** A row as a reward may look at it. */
export interface GivenRow {
  readonly answer: string;
  /** Its columns by role. */
  readonly columns: Readonly<Record<string, string | boolean>>;
}

/**
 * What a reward may look at beside an answer: the data's rows of the prompt, none where it is of nobody's; of a task of ours one row,
 * with a right answer, of which there may be others, and the kind of the problem.
 */
export function rowsOf({ given, solution }: Task, problem: Problem, params: AnyValues): readonly GivenRow[] {
  if (given) return given.rows(problem);
  const answer = solution(problem, params);
  return [{ answer, columns: { ...problem, answer } }];
}

/** What a data set has written down: feeds read it in the place of what a task of ours would make. */
export interface GivenRows {
  /** No row is out of distribution. */
  readonly lacksOod: boolean;
  /** Each once. */
  problems(split: Split): readonly Problem[];
  /** The right answers of each prompt. */
  answers(): Readonly<Record<string, readonly string[]>>;
  /** The rows of a problem, each with its right answer; none where the problem is not of the data. */
  rows(problem: Problem): readonly GivenRow[];
  demonstrations(split: Split): readonly GivenAnswer[];
  /** For training. */
  pairs?(): readonly { readonly chosen: GivenAnswer; readonly rejected: GivenAnswer }[];
  /** For training: single answers with somebody's verdict. */
  labelled?(): readonly (GivenAnswer & { readonly desirable: boolean })[];
}

/** A task within a task of several. Its letter leads the prompt, which tells it from the others. */
export interface TaskPart {
  readonly task: Task;
  readonly letter: string;
  /** Its settings, all of them. */
  readonly params: AnyValues;
}

/** Taste, beyond right and wrong: a true utility that nobody is rewarded with, and what a reward model may see of an answer. */
export interface TaskStyle {
  /** Kinds of problems whose answers it judges. */
  readonly kinds: readonly string[];
  readonly featureNames: readonly string[];
  /** [features] */
  features(problem: Problem, completion: string): Float64Array;
  utility(problem: Problem, completion: string): number;
  /** Whether a judge prefers `first`, with probability σ((u₁ − u₂) / noise). */
  prefersFirst(problem: Problem, first: string, second: string, noise: number, rng: Rng): boolean;
  /** Whether this problem is left to the verifier where verifier and reward model share the work. */
  verifiable(problem: Problem): boolean;
}

/** In tokens, over all splits and styles; without `<bos>` and `<eos>`. */
export interface Limits {
  readonly prompt: number;
  readonly completion: number;
  /** Longest right answer: a hinted prompt has at most `prompt + answer + 2` tokens. */
  readonly answer: number;
  /** Of the single parts of a task of several: the longest texts of two parts never meet in one row. */
  readonly parts?: readonly Limits[];
  /** In characters, where a token has several: no tokenizer has more. */
  readonly texts?: Omit<Limits, "parts" | "texts">;
}

/** How many tokens there are for a task: known on a page too, which has no tokenizer of a model. */
export function vocabularyOf({ model, vocabulary }: Pick<Task, "model" | "vocabulary">): number {
  return model?.shape.vocabSize ?? vocabulary?.size ?? CHARACTERS.vocabSize;
}

/** What reads the texts of a task. @throws {Error} for a vocabulary that was not read yet */
export function tokenizerOf({ tokenizer, vocabulary }: Pick<Task, "tokenizer" | "vocabulary">): Tokenizer {
  if (tokenizer) return tokenizer;
  if (vocabulary) throw new Error(`the vocabulary of ${vocabulary.file} must be read before its texts are.`);
  return CHARACTERS;
}

export function defineTask<S extends Schema>(task: Task<S>): Task<S> {
  return task;
}

/** A native checkpoint of a task by its name; the usual one unless given. @throws {ConfigError} naming those that there are. */
export function nativeCheckpoint({ title, checkpoints }: Task, name?: string): NativeCheckpoint {
  const found = name === undefined ? checkpoints[0] : checkpoints.find((one) => one.name === name);
  if (found) return found;
  const known = checkpoints.map((one) => one.name).join(", ");
  const message = `Checkpoint (checkpoint) of ${title} must be one of ${known}, got ${quote(name)}.`;
  throw new ConfigError([{ key: "checkpoint", message }]);
}

/** The file of a native checkpoint, without its ending: the task's id alone for the usual one. */
export function checkpointFile(task: Task, { name, shipped }: NativeCheckpoint): string {
  if (shipped) return shipped.file;
  return name === task.checkpoints[0].name ? task.id : `${task.id}-${name}`;
}

/** The command that makes a native checkpoint. */
export function checkpointCommand(task: Task, native: NativeCheckpoint): string {
  if (native.shipped) return native.shipped.command;
  return `lab checkpoint ${task.id}${native.name === task.checkpoints[0].name ? "" : ` --name ${native.name}`}`;
}

/** A prompt that tells the solution first: what the answer-aware stream of Hinted Decoding reads. */
export function hintedPrompt(prompt: string, solution: string): string {
  return `#${solution}#${prompt}`;
}

/** What the verifier reads: the text after the last `>`. */
export function answerOf(completion: string): string {
  return completion.slice(completion.lastIndexOf(">") + 1);
}
