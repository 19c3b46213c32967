import { demoStyleOf, hintsOf } from "../experiment/config.ts";
import type { Metrics } from "../objectives/objective.ts";
import type { Sequences } from "../policy/policy.ts";
import { Streams } from "../rng.ts";
import type { CollectContext, DemoSet, FeedBatch, Part } from "../train/batch.ts";
import { RunError } from "../train/finite.ts";
import { batchIndices, type Demonstration, demonstrationPool, fixedPool } from "./demonstrations.ts";
import { packExamples } from "./encode.ts";
import { type WrittenItem, type WrittenSet, writtenSet } from "./hinted.ts";
import { withScores } from "./scored.ts";

/** Demonstrations, `demoBatch` of them, epoch by epoch in a seeded order. */
export async function collectDemos(context: CollectContext): Promise<FeedBatch> {
  const set = await demoSet(context);
  return demosOf(context, set, demoIndices(context, set));
}

/** Which demonstrations the update of the context's step takes. */
export function demoIndices({ config, step }: CollectContext, { pool }: DemoSet): number[] {
  const key = { seed: config.start.seed, stream: Streams.shuffle, step: 0 };
  return batchIndices(pool.count, config.demonstrations.demoBatch, step, key);
}

/** A batch of these demonstrations. */
export async function demosOf(
  context: CollectContext,
  { pool, metrics }: DemoSet,
  indices: readonly number[],
): Promise<FeedBatch> {
  const examples = indices.map((index) => pool.at(index));
  const sequences = packExamples(examples);
  const views = viewsOf(sequences, examples);
  const part: Part = {
    name: "demos",
    sequences,
    tokens: { rows: sequences.rows, length: sequences.length - 1, mask: sequences.mask },
    problems: examples.map((example) => example.problem),
    completions: examples.map((example) => example.completion),
    ...(views && { views }),
  };
  const parts = await withScores(context, [part]);
  return { feed: "demos", parts, prompts: examples.length, metrics, samples: [], sampledTokens: 0 };
}

/** The run's demonstrations, made once. */
export async function demoSet(context: CollectContext): Promise<DemoSet> {
  context.memo.demonstrations ??= await newSet(context);
  return context.memo.demonstrations;
}

/** From the settings or by the starting policy; a resumed run makes the same again. */
async function newSet({ policy, task, config, step, origin }: CollectContext): Promise<DemoSet> {
  const style = demoStyleOf(config);
  const { demoCount: count } = config.demonstrations;
  const { seed } = config.start;
  if (style !== "own" && style !== "hinted") {
    return { pool: demonstrationPool(task, config.taskParams, { style, seed, split: "train", count }), metrics: {} };
  }
  const options = { style, seed, split: "train", count, hints: hintsOf(config), weights: origin } as const;
  const set = await writtenSet(policy, task, config.taskParams, options);
  if (set.items.length === 0) {
    const how = style === "own" ? "at its first try" : "even with the hint";
    throw new RunError(
      step,
      `The starting policy must answer at least one of ${set.yields.asked} problems right ${how}, got none: start from a native checkpoint.`,
    );
  }
  return { pool: fixedPool(set.items), metrics: yieldMetrics(set) };
}

/** Shares of the problems asked: right at once, right with the hint, dropped; and the student's mean share λ in hinted answers. */
function yieldMetrics({ yields: { asked, own, hinted }, meanLambda }: WrittenSet): Metrics {
  return {
    "hinted/own_frac": own / asked,
    "hinted/hinted_frac": hinted / asked,
    "hinted/dropped_frac": (asked - own - hinted) / asked,
    ...(hinted > 0 && { "hinted/mean_lambda": meanLambda }),
  };
}

/** λ of every scored token, where the policy wrote the demonstrations. */
function viewsOf({ mask }: Sequences, examples: readonly Demonstration[]): Part["views"] {
  const shares = examples.flatMap(
    (example) => (example as Partial<WrittenItem>).trace?.map(({ lambda }) => lambda) ?? [],
  );
  if (shares.length === 0) return undefined;
  let next = 0;
  return { hint_lambda: mask.map((m) => (m ? shares[next++]! : 0)) };
}
