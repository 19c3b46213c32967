import { demoStyleOf } from "../experiment/config.ts";
import type { Sequences } from "../policy/policy.ts";
import { Streams } from "../rng.ts";
import { isPolicyWriter } from "../settings.ts";
import { tokenizerOf } from "../tasks/task.ts";
import type { Batch, CollectContext, DemoSet, FeedBatch } from "./batch.ts";
import { batchIndices, type Demonstration, demonstrationPool, sourceOf } from "./demonstrations.ts";
import { demoSet } from "./demoSet.ts";
import { packExamples } from "./encode.ts";
import { type Feed, type FeedContents, type FeedState, placed } from "./feed.ts";
import type { WrittenItem } from "./hinted.ts";
import { withScores } from "./scored.ts";

/** Demonstrations, `demoBatch` of them, epoch by epoch in a seeded order. */
export const demos: Feed = { name: "demos", collect, contents };

async function collect(context: CollectContext): Promise<FeedBatch> {
  const set = await demoSet(context);
  return demosOf(context, set, demoIndices(context, set));
}

/** Every demonstration of the run, with the policy's own manner of answering beside the others'. */
async function contents({ context }: FeedState): Promise<FeedContents> {
  const { task, config } = context;
  const set = await demoSet(context);
  const { pool } = set;
  const style = demoStyleOf(config);
  const byPolicy = isPolicyWriter(style);
  const { flawedShare, nativeShare, ...unmixed } = sourceOf(config, "train");
  // The problems are drawn apart from the answers, so the same places of two styles hold the same prompts.
  const natives =
    byPolicy || style === "native"
      ? undefined
      : demonstrationPool(task, config.taskParams, { ...unmixed, style: "native", count: pool.count });
  return {
    count: pool.count || Number.POSITIVE_INFINITY,
    groupSize: 1,
    item(index) {
      const demo = pool.at(index);
      const native = demo.writer === "native" ? undefined : natives?.at(index);
      return { index, prompt: demo.problem.prompt, answers: [demo, ...(native ? [native] : [])] };
    },
    async open(now, index) {
      const { indices, row } = placed(demoIndices(now, set), index);
      return { batch: await demosOf(now, set, indices), row };
    },
  };
}

/** Which demonstrations the update of the context's step takes. */
function demoIndices({ config, step }: CollectContext, { pool }: DemoSet): number[] {
  const key = { seed: config.start.seed, stream: Streams.shuffle, step: 0 };
  return batchIndices(pool.count, config.demonstrations.demoBatch, step, key);
}

/** A batch of these demonstrations. */
async function demosOf(
  context: CollectContext,
  { pool, metrics }: DemoSet,
  indices: readonly number[],
): Promise<FeedBatch> {
  const examples = indices.map((index) => pool.at(index));
  const sequences = packExamples(tokenizerOf(context.task), examples);
  const views = viewsOf(sequences, examples);
  const { flawedShare = 0, nativeShare = 0 } = sourceOf(context.config, "train");
  const mixed = flawedShare > 0 || nativeShare > 0;
  const batch: Batch = {
    name: "demos",
    sequences,
    tokens: { rows: sequences.rows, length: sequences.length - 1, mask: sequences.mask },
    problems: examples.map((example) => example.problem),
    completions: examples.map((example) => example.completion),
    ...(views && { views }),
    ...(mixed && { writers: examples.map(({ writer }) => writer) }),
  };
  const batches = await withScores(context, [batch]);
  return { feed: "demos", batches, prompts: examples.length, metrics, samples: [], sampledTokens: 0 };
}

/** λ of every scored token, where the policy wrote the demonstrations. */
function viewsOf({ mask }: Sequences, examples: readonly Demonstration[]): Batch["views"] {
  const shares = examples.flatMap(
    (example) => (example as Partial<WrittenItem>).trace?.map(({ lambda }) => lambda) ?? [],
  );
  if (shares.length === 0) return undefined;
  let next = 0;
  return { hint_lambda: mask.map((m) => (m ? shares[next++]! : 0)) };
}
