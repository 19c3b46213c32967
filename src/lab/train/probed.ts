import { demoStyleOf, type RunConfig } from "../experiment/config.ts";
import { type Demonstration, type DemonstrationPool, demonstrationPool, sourceOf } from "../feeds/demonstrations.ts";
import { packExamples } from "../feeds/encode.ts";
import type { Policy, Sequences } from "../policy/policy.ts";
import { isPolicyWriter } from "../settings.ts";
import { type Task, tokenizerOf } from "../tasks/task.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

/** Demonstrations that are scored again and again during a run, in the batch or not. */
export interface Watched {
  readonly sequences: Sequences;
  readonly rows: readonly WatchedRow[]; // [B]
}

export interface WatchedRow {
  readonly prompt: string;
  readonly tokens: readonly string[]; // [t], `<eos>` included
}

/** What the weights after some update said about every token of a watched row. Nats. */
export interface WatchedScores {
  readonly logp: Float32Array; // [t]
  readonly entropy: Float32Array; // [t]
}

/**
 * The first `count` demonstrations of a run. Those that the starting policy writes itself exist from the first update on,
 * and are read from `made`; undefined before.
 */
export function watchedSet(
  task: Task,
  config: RunConfig,
  count: number,
  made: DemonstrationPool | undefined,
): Watched | undefined {
  if (isPolicyWriter(demoStyleOf(config)) && !made) return undefined;
  const { demoCount } = config.demonstrations;
  const source = sourceOf(config, "train");
  // A longer set begins with the shorter one, so a few can be had without making all.
  const pool =
    made ??
    demonstrationPool(task, config.taskParams, { ...source, count: demoCount === 0 ? 0 : Math.min(count, demoCount) });
  const rows = pool.count === 0 ? count : Math.min(count, pool.count);
  return watchedOf(
    tokenizerOf(task),
    Array.from({ length: rows }, (_, index) => pool.at(index)),
  );
}

function watchedOf(tokenizer: Tokenizer, examples: readonly Demonstration[]): Watched {
  const sequences = packExamples(tokenizer, examples);
  const rows = examples.map(({ problem }, b) => ({
    prompt: problem.prompt,
    tokens: scoredAt(sequences, b).map((i) => tokenizer.label(sequences.ids[i + b + 1]!)),
  }));
  return { sequences, rows };
}

/** What the present weights say of the watched rows. */
export async function watchedScores(policy: Policy, { sequences, rows }: Watched): Promise<readonly WatchedScores[]> {
  const { logp, entropy } = await policy.score(sequences);
  return rows.map((_, b) => {
    const at = scoredAt(sequences, b);
    return { logp: Float32Array.from(at, (i) => logp[i]!), entropy: Float32Array.from(at, (i) => entropy[i]!) };
  });
}

/** Flat indices [B, T] of a row's scored positions. */
function scoredAt({ length, mask }: Sequences, b: number): number[] {
  const T = length - 1;
  return Array.from({ length: T }, (_, t) => b * T + t).filter((i) => mask[i]);
}
