import { objectiveById } from "../objectives/index.ts";
import { rngFor, Streams } from "../rng.ts";
import { isPolicyWriter } from "../settings.ts";
import { taskById } from "../tasks/index.ts";
import { nativeCheckpoint, STYLES, type Style, sharesOf, type Task } from "../tasks/task.ts";
import { demoStyleOf, phasesOf, type RunConfig } from "./config.ts";

/** What a run will take, before it is made. */
interface Cost {
  readonly steps: number;
  /** Sampled and trained on, about: lengths are those of the task's own demonstrations. */
  readonly tokens: number;
  /** Positions that the policy will have gone through, prompts and evaluations included: what time is spent on. */
  readonly positions: number;
}

/** How many demonstrations the mean length is taken over. */
const ASKED = 32;

/** The work that a config asks for: of each phase, the feeds of its objective and no others. */
export function costOf(config: RunConfig): Cost {
  const phases = phasesOf(config);
  const lengths = lengthsOf(config);
  const steps = phases.at(-1)!.last;
  const { evalProblems, evalOod, evalSamples } = config.evaluation;
  // Greedily and by sampling, in and out of distribution.
  const evaluated = evaluationsOf(config) * evalProblems * (evalOod ? 2 : 1) * (1 + evalSamples);
  let tokens = 0;
  let positions = evaluated * (lengths.prompt + lengths.own);
  for (const phase of phases) {
    const trained = trainingOf(phase.config, lengths);
    tokens += trained.tokens;
    positions += trained.positions;
  }
  return { steps, tokens: Math.round(tokens), positions: Math.round(positions) };
}

/** How often a run is evaluated: before the first update, every `evalEvery`, and at the end of each phase. */
export function evaluationsOf(config: RunConfig): number {
  const phases = phasesOf(config);
  const { evalEvery } = config.evaluation;
  return 1 + Math.floor(phases.at(-1)!.last / evalEvery) + phases.filter(({ last }) => last % evalEvery !== 0).length;
}

/** The updates of one phase, and the answers that were written for them. */
export function trainingOf(
  config: RunConfig,
  { prompt, own, styles }: Lengths,
): Pick<Cost, "tokens" | "positions"> & { readonly sampled: number } {
  const { feeds } = objectiveById(config.algorithm);
  const { steps } = config.optimizer;
  const { prompts, groupSize } = config.rollouts;
  let [tokensPerStep, rowsPerStep, sampled] = [0, 0, 0];
  const add = (rows: number, length: number) => {
    tokensPerStep += rows * length;
    rowsPerStep += rows;
  };
  if (feeds.includes("demos")) {
    const style = demoStyleOf(config);
    add(config.demonstrations.demoBatch, isPolicyWriter(style) || style === "native" ? own : styles[style]);
  }
  const asked = prompts * groupSize;
  const write = (answers: number, trained: number) => {
    sampled += answers;
    add(answers + trained, own);
  };
  if (feeds.includes("rollouts")) write(asked / config.optimizer.updatesPerBatch, asked);
  if (feeds.includes("onlinePairs")) write(asked, 2 * prompts);
  if (feeds.includes("offlinePairs")) write(config.pairs.pairSource === "buffer" ? 0 : asked, 2 * prompts);
  const positions = steps * (tokensPerStep + rowsPerStep * prompt);
  return { tokens: tokensPerStep * steps, positions, sampled: sampled * steps };
}

interface Lengths {
  readonly prompt: number;
  /** Of an answer in each style, its end included. */
  readonly styles: Readonly<Record<Style, number>>;
  /** Of the policy's own answers: in the styles that its native checkpoint learned from last. */
  readonly own: number;
}

/** Those that were asked for last, of each task: every change of a setting asks several times for the same ones. */
const asked = new WeakMap<Task, { readonly key: string; readonly lengths: Lengths }>();

/** Mean lengths over a few problems of the task, in tokens. */
export function lengthsOf({ task: id, taskParams, start }: RunConfig): Lengths {
  const task = taskById(id);
  const key = JSON.stringify([taskParams, start.checkpoint]);
  const before = asked.get(task);
  if (before?.key === key) return before.lengths;
  const lengths = measured(task, taskParams, start.checkpoint);
  asked.set(task, { key, lengths });
  return lengths;
}

function measured(
  task: Task,
  taskParams: RunConfig["taskParams"],
  checkpoint: RunConfig["start"]["checkpoint"],
): Lengths {
  const learned = nativeCheckpoint(task, checkpoint).stages.at(-1)!;
  let [prompt, own] = [0, 0];
  const styles = { native: 0, expert: 0, flawed: 0 };
  for (let row = 0; row < ASKED; row++) {
    const rng = rngFor({ seed: 1, stream: Streams.tests, step: 0 }, row);
    const problem = task.problem(rng, "train", taskParams);
    prompt += problem.prompt.length / ASKED;
    for (const style of STYLES) {
      const length = (task.demonstrate(problem, style, rng, taskParams).length + 1) / ASKED;
      styles[style] += length;
      own += sharesOf(learned, problem.kind)[style] * length;
    }
  }
  return { prompt, styles, own };
}

/** "about 470k", "about 1.2 M". */
export function aboutTokens(tokens: number): string {
  if (tokens >= 999_500) return `${(tokens / 1e6).toPrecision(2)} M`;
  return tokens >= 1000 ? `${Number((tokens / 1000).toPrecision(2))}k` : String(Math.round(tokens));
}
