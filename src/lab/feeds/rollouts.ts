import type { CollectContext, FeedBatch, Part } from "../train/batch.ts";
import { completionMetrics, samplesOf } from "./completions.ts";
import { packWritten } from "./encode.ts";
import { problemsOf, sampleGroups } from "./sampling.ts";
import { withScores } from "./scored.ts";

/** The policy's own completions, groups of `groupSize` for each of `prompts` problems, with rewards. */
export async function collectRollouts(context: CollectContext): Promise<FeedBatch> {
  const { config, step } = context;
  const { groupSize, temperature, prompts } = config.rollouts;
  const sampled = await sampleGroups(context, problemsOf(context, prompts, step), step);
  const { sequences, logp } = packWritten(sampled.prompts, sampled.rollouts);
  const part: Part = {
    name: "rollouts",
    sequences: { ...sequences, temperature },
    tokens: {
      rows: sequences.rows,
      length: sequences.length - 1,
      mask: sequences.mask,
      oldLogp: logp,
      rewards: sampled.rewards,
      groupSize,
    },
    problems: sampled.problems,
    completions: sampled.completions,
  };
  const parts = await withScores(context, [part]);
  return {
    feed: "rollouts",
    parts,
    prompts,
    metrics: completionMetrics(sampled),
    samples: samplesOf(sampled),
    sampledTokens: sampled.rollouts.lengths.reduce((a, b) => a + b, 0),
  };
}
