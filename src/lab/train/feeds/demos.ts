import { batchIndices, demonstrationPool } from "../../data/demonstrations.ts";
import { packExamples } from "../../data/encode.ts";
import { Streams } from "../../rng.ts";
import type { CollectContext, FeedBatch, Part } from "../part.ts";
import { withScores } from "./scored.ts";

/** Demonstrations, `demoBatch` of them, epoch by epoch in a seeded order. */
export async function collectDemos(context: CollectContext): Promise<FeedBatch> {
  const { task, config, step, memo } = context;
  const { demoStyle: style, demoCount, demoBatch } = config.demonstrations;
  const seed = config.start.seed;
  const source = { style, seed, split: "train", count: demoCount } as const;
  memo.demonstrations ??= demonstrationPool(task, config.taskParams, source);
  const pool = memo.demonstrations;
  const indices = batchIndices(pool.count, demoBatch, step, { seed, stream: Streams.shuffle, step: 0 });
  const examples = indices.map((index) => pool.at(index));
  const sequences = packExamples(examples);
  const part: Part = {
    name: "demos",
    sequences,
    tokens: { rows: sequences.rows, length: sequences.length - 1, mask: sequences.mask },
    problems: examples.map((example) => example.problem),
    completions: examples.map((example) => example.completion),
  };
  const parts = await withScores(context, [part]);
  return { feed: "demos", parts, prompts: examples.length, metrics: {}, samples: [], sampledTokens: 0 };
}
