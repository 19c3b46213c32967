import { tokenizerOf } from "../tasks/task.ts";
import type { Batch, CollectContext, FeedBatch } from "./batch.ts";
import { batchAnswers } from "./batchAnswers.ts";
import { completionMetrics, samplesOf } from "./completions.ts";
import { packWritten } from "./encode.ts";
import { type Feed, type FeedContents, type FeedState, newestBatch } from "./feed.ts";
import { problemsOf, sampleGroups } from "./sampling.ts";
import { withScores } from "./scored.ts";

/** The policy's own completions, groups of `groupSize` for each of `prompts` problems, with rewards. */
export const rollouts: Feed = { name: "rollouts", collect, contents };

async function collect(context: CollectContext): Promise<FeedBatch> {
  const { config, step } = context;
  const { groupSize, temperature, prompts } = config.rollouts;
  const sampled = await sampleGroups(context, problemsOf(context, prompts, step), step);
  const { sequences, logp } = packWritten(sampled.prompts, sampled.rollouts);
  const own: Batch = {
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
    ...(sampled.verdicts[0]?.parts && { parts: sampled.verdicts.map(({ parts = {} }) => parts) }),
  };
  const batches = await withScores(context, [own]);
  return {
    feed: "rollouts",
    batches,
    prompts,
    metrics: completionMetrics(sampled),
    samples: samplesOf(sampled),
    sampledTokens: sampled.rollouts.lengths.reduce((a, b) => a + b, 0),
  };
}

/** Every completion of the newest update's batch, the group of one prompt in a row. */
async function contents(state: FeedState): Promise<FeedContents | undefined> {
  const newest = newestBatch(state, "rollouts");
  const first = newest?.batch.batches[0];
  if (!newest || !first) return undefined;
  const { batch, update } = newest;
  const answers = batchAnswers(tokenizerOf(state.context.task), first);
  return {
    count: answers.length,
    groupSize: first.tokens.groupSize ?? 1,
    step: update.step,
    item(index) {
      const own = answers[index]!;
      const advantage = update.row(first.name, index).views.advantage?.[0];
      const answer = { writer: "own", ...own, ...(advantage !== undefined && { advantage }) };
      return { index, prompt: own.problem.prompt, answers: [answer] };
    },
    async open(now, index) {
      return { batch: { ...batch, batches: await withScores(now, batch.batches) }, row: index };
    },
  };
}
