import { demoStyleOf, type RunConfig } from "./config.ts";
import { objectiveById } from "./objectives/index.ts";
import { rngFor, Streams } from "./rng.ts";
import { taskById } from "./tasks/index.ts";
import type { Style } from "./tasks/task.ts";

/** What a run will take, before it is made. */
export interface Cost {
  readonly steps: number;
  /** Sampled and trained on, about: lengths are those of the task's own demonstrations. */
  readonly tokens: number;
}

/** How many demonstrations the mean length is taken over. */
const ASKED = 32;

/** The work that a config asks for. Evaluations come on top. */
export function costOf(config: RunConfig): Cost {
  const { feeds } = objectiveById(config.algorithm);
  const { steps } = config.optimiser;
  const { prompts, groupSize } = config.rollouts;
  const own = meanLength(config, "native");
  let perStep = 0;
  if (feeds.includes("demos")) {
    const style = demoStyleOf(config);
    const written = style === "expert" || style === "flawed" ? meanLength(config, style) : own;
    perStep += config.demonstrations.demoBatch * written;
  }
  const sampled = prompts * groupSize * own;
  if (feeds.includes("rollouts")) perStep += sampled / config.optimiser.updatesPerBatch + sampled;
  if (feeds.includes("onlinePairs")) perStep += sampled + 2 * prompts * own;
  if (feeds.includes("offlinePairs")) {
    perStep += (config.pairs.pairSource === "buffer" ? 0 : sampled) + 2 * prompts * own;
  }
  return { steps, tokens: Math.round(perStep * steps) };
}

/** Tokens of an answer in this style, its end included. */
function meanLength({ task: id, taskParams }: RunConfig, style: Style): number {
  const task = taskById(id);
  let total = 0;
  for (let row = 0; row < ASKED; row++) {
    const rng = rngFor({ seed: 1, stream: Streams.tests, step: 0 }, row);
    total += task.demonstrate(task.problem(rng, "train", taskParams), style, rng, taskParams).length + 1;
  }
  return total / ASKED;
}

/** "about 470k", "about 1.2 M". */
export function aboutTokens(tokens: number): string {
  if (tokens >= 999_500) return `${(tokens / 1e6).toPrecision(2)} M`;
  return tokens >= 1000 ? `${Number((tokens / 1000).toPrecision(2))}k` : String(Math.round(tokens));
}

/** A duration in the words that somebody waiting for it would use. */
export function aboutTime(seconds: number): string {
  if (seconds < 10) return "a few seconds";
  if (seconds < 50) return `${Math.round(seconds / 10) * 10} seconds`;
  if (seconds < 90) return "a minute";
  if (seconds < 3600) return `${Math.round(seconds / 60)} minutes`;
  return `${(seconds / 3600).toFixed(1)} hours`;
}
