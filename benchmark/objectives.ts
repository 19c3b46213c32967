import { OBJECTIVES } from "../src/lab/objectives/index.ts";
import type {
  Assignment,
  FeedScores,
  Feeds,
  Pair,
  PairFeed,
  Scores,
  TokenFeed,
} from "../src/lab/objectives/objective.ts";
import { initials } from "../src/lab/schema.ts";
import { VOCAB_SIZE } from "../src/lab/tokenizer/characters.ts";
import { noise, type Size, TRAINING } from "./shapes.ts";
import { quantile, type Summary, summary } from "./statistics.ts";

export interface ObjectiveRow {
  readonly id: string;
  readonly feeds: readonly string[];
  /** One `assign` with all its metrics and views: JavaScript only. */
  readonly ms: Summary;
}

const GROUP = 4;
const AT_A_TIME_MS = 2;

/** How long each algorithm takes to turn scores into credits, on feeds of the size's rows and tokens each. */
export function objectiveSuite(size: Size, rounds: number): ObjectiveRow[] {
  const scores = scoresOf(size);
  const feeds = feedsOf(size);
  const racers = OBJECTIVES.map((objective) => {
    const params = initials(objective.params);
    let step = 1;
    const assign = () => readAll(objective.assign(scores, feeds, params, { step: step++, totalSteps: 1000 }));
    return { objective, assign, repeats: repeatsFor(assign), times: [] as number[] };
  });
  for (let round = 0; round < rounds; round++) {
    for (const { assign, repeats, times } of racers) {
      const begin = performance.now();
      for (let i = 0; i < repeats; i++) assign();
      times.push((performance.now() - begin) / repeats);
    }
  }
  return racers.map(({ objective: { id, feeds: names }, times }) => ({ id, feeds: names, ms: summary(times) }));
}

/** Some objectives work metrics and views out when they are read. */
function readAll({ metrics, credit }: Assignment): unknown {
  const views = Object.values(credit).map((one) =>
    "chosen" in one ? [one.chosen.views, one.rejected.views] : one.views,
  );
  return [metrics, views];
}

/** So many that a clock of coarse ticks can tell; they warm up the compiler too. */
function repeatsFor(assign: () => unknown): number {
  const times = Array.from({ length: 20 }, () => {
    const begin = performance.now();
    assign();
    return performance.now() - begin;
  });
  return Math.max(1, Math.ceil(AT_A_TIME_MS / Math.max(0.005, quantile(times, 0.5))));
}

function scoresOf(size: Size): Scores {
  return { demos: said(size, 1), rollouts: said(size, 2), offlinePairs: pair(size, 3), onlinePairs: pair(size, 5) };
}

function pair(size: Size, index: number): Pair<FeedScores> {
  return { chosen: said(size, index), rejected: said(size, index + 1) };
}

function said(size: Size, index: number): FeedScores {
  const logp = logpOf(size, index);
  const spread = noise(logp.length, index + 100).map((x) => 0.5 + 0.4 * Math.tanh(x));
  return { logp, entropy: spread, varentropy: spread, meanLogp: logp.map((x) => x - 4), vocabSize: VOCAB_SIZE };
}

function logpOf(size: Size, index: number): Float64Array {
  const { rows, tokens } = TRAINING[size];
  return noise(rows * tokens, index).map((x) => -0.01 - Math.abs(x));
}

function feedsOf(size: Size): Feeds {
  const pairs = (index: number): PairFeed => ({ chosen: feed(size, index), rejected: feed(size, index + 1) });
  return { demos: feed(size, 1), rollouts: feed(size, 2), offlinePairs: pairs(3), onlinePairs: pairs(5) };
}

function feed(size: Size, index: number): TokenFeed {
  const { rows, tokens } = TRAINING[size];
  const near = (by: number) => logpOf(size, index).map((x, i) => Math.min(-0.001, x + 0.05 * Math.sin(by + i)));
  return {
    rows,
    length: tokens,
    mask: new Float64Array(rows * tokens).fill(1),
    oldLogp: near(1),
    refLogp: near(2),
    rewards: noise(rows, index + 200).map((x) => (x > 0 ? 1 : 0)),
    groupSize: GROUP,
  };
}
