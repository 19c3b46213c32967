import type { FeedName, Metrics } from "../objectives/objective.ts";
import type { Judgement } from "../rewards/judgement.ts";
import { rngFor, Streams } from "../rng.ts";
import { tokenizerOf } from "../tasks/task.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import type { Answer, Batch, CollectContext, FeedBatch, PreferencePair } from "./batch.ts";
import { batchAnswers } from "./batchAnswers.ts";
import { completionMetrics, samplesOf } from "./completions.ts";
import { packExamples, writtenIds } from "./encode.ts";
import type { FeedContents, WrittenItem } from "./feed.ts";
import { choosePair, type PairRule } from "./pairRule.ts";
import type { Sampled } from "./sampling.ts";
import { withScores } from "./scored.ts";
import type { Sample } from "./tokenRow.ts";

/** The pairs of freshly sampled groups as a batch, with the metrics of what was sampled. */
export function freshPairs(context: CollectContext, feed: FeedName, sampled: Sampled): Promise<FeedBatch> {
  const { prompts } = context.config.rollouts;
  const pairs = pairsIn(context, sampled, context.step);
  const metrics = { ...completionMetrics(sampled), "pairs/valid_frac": pairs.length / prompts };
  const tokens = sampled.rollouts.lengths.reduce((a, b) => a + b, 0);
  return batchOf(context, feed, pairs, prompts, metrics, samplesOf(sampled), tokens);
}

/** At most one pair of each group. */
export function pairsIn(context: CollectContext, sampled: Sampled, step: number): PreferencePair[] {
  const { groupSize } = context.config.rollouts;
  const tokenizer = tokenizerOf(context.task);
  const answer = (row: number): Answer => ({
    problem: sampled.problems[row]!,
    completion: sampled.completions[row]!,
    ended: sampled.rollouts.ended[row] === 1,
    reward: sampled.rewards[row]!,
    written: writtenIds(tokenizer, sampled.rollouts, row),
  });
  const pairs: PreferencePair[] = [];
  for (let first = 0, group = 0; first < sampled.rewards.length; first += groupSize, group++) {
    const rng = rngFor({ seed: context.config.start.seed, stream: Streams.pairs, step }, group);
    const pair = choosePair(...groupOf(context, sampled.verdicts.slice(first, first + groupSize)), rng);
    if (pair) pairs.push({ chosen: answer(first + pair.chosen), rejected: answer(first + pair.rejected) });
  }
  return pairs;
}

/** What a group's pair is chosen by. A score has no right and wrong: there it is always the best over the worst. */
function groupOf(context: CollectContext, verdicts: readonly Judgement[]): [number[], PairRule] {
  if (verdicts[0]?.judge === "verifier") {
    return [verdicts.map(({ correct }) => correct), context.config.pairs.pairRule];
  }
  return [verdicts.map(({ reward }) => reward), "best-worst"];
}

/** A batch of pairs: the chosen completions and the rejected ones, padded to one length. */
export async function batchOf(
  context: CollectContext,
  feed: FeedName,
  pairs: readonly PreferencePair[],
  prompts: number,
  metrics: Metrics,
  samples: readonly Sample[],
  sampledTokens: number,
): Promise<FeedBatch> {
  const both = [...pairs.map((pair) => pair.chosen), ...pairs.map((pair) => pair.rejected)];
  const tokenizer = tokenizerOf(context.task);
  const { length } = packExamples(tokenizer, both);
  const batches = await withScores(context, [
    sideOf(tokenizer, `${feed}/chosen`, both.slice(0, pairs.length), length),
    sideOf(tokenizer, `${feed}/rejected`, both.slice(pairs.length), length),
  ]);
  return { feed, batches, prompts, metrics, samples, sampledTokens };
}

/** A pair as an item to browse. */
export function pairItem(index: number, chosen: Omit<Answer, "reward">, rejected: Omit<Answer, "reward">): WrittenItem {
  const answers = [
    { writer: "chosen", ...chosen },
    { writer: "rejected", ...rejected },
  ];
  return { index, prompt: chosen.problem.prompt, answers };
}

/** The pairs of one batch, as items to browse. */
export function batchContents(context: CollectContext, batch: FeedBatch, step: number): FeedContents {
  const [chosen, rejected] = batch.batches.map((one) => batchAnswers(tokenizerOf(context.task), one));
  return {
    count: chosen?.length ?? 0,
    groupSize: 1,
    step,
    prompts: batch.prompts,
    item(index) {
      return pairItem(index, chosen![index]!, rejected![index]!);
    },
    async open(now, index) {
      return { batch: { ...batch, batches: await withScores(now, batch.batches) }, row: index };
    },
  };
}

function sideOf(tokenizer: Tokenizer, name: string, answers: readonly Answer[], length: number): Batch {
  const sequences = packExamples(tokenizer, answers, length);
  return {
    name,
    sequences,
    tokens: {
      rows: sequences.rows,
      length: sequences.length - 1,
      mask: sequences.mask,
      rewards: Float64Array.from(answers, (answer) => answer.reward),
    },
    problems: answers.map((answer) => answer.problem),
    completions: answers.map((answer) => answer.completion),
  };
}
