import type { RunConfig } from "../experiment/config.ts";
import type { Clock, FeedName, Metrics, Need, Numbers, TokenFeed } from "../objectives/objective.ts";
import type { Policy, Sequences, WeightsName } from "../policy/policy.ts";
import type { Judge } from "../rewards/judgement.ts";
import type { Told } from "../rewards/told.ts";
import type { Problem, Task } from "../tasks/task.ts";
import type { DemonstrationPool } from "./demonstrations.ts";
import type { Example } from "./encode.ts";
import type { Sample } from "./tokenRow.ts";

/** One batch of sequences: tokens for the policy, numbers for the objective, words for the page. */
export interface Batch {
  /** demos, rollouts, onlinePairs/chosen, … */
  readonly name: string;
  readonly sequences: Sequences;
  readonly tokens: TokenFeed;
  readonly problems: readonly Problem[]; // [B]
  readonly completions: readonly string[]; // [B]
  /** Who wrote each row, where that is not what the settings say for all. Not kept in checkpoints. */
  readonly writers?: readonly string[] | undefined; // [B]
  /** What each part of each row's reward says, where that is a sum. Not kept in checkpoints. */
  readonly parts?: readonly Readonly<Record<string, number>>[] | undefined; // [B]
  /** What the data itself says about each token, for the page: λ of hinted answers. Not kept in checkpoints. */
  readonly views?: Readonly<Record<string, Numbers>> | undefined; // [B, T] each
}

/** The demonstrations of a run, and what making them yielded. */
export interface DemoSet {
  readonly pool: DemonstrationPool;
  readonly metrics: Metrics;
}

/** A completion and what it earned. */
export interface Answer extends Example {
  readonly reward: number;
}

/** Two completions of one prompt, the first preferred. */
export interface PreferencePair {
  readonly chosen: Answer;
  readonly rejected: Answer;
}

/** What a collector hands over for one feed. */
export interface FeedBatch {
  readonly feed: FeedName;
  readonly batches: readonly Batch[];
  /** Prompts asked for; for pairs, those without a pair included. */
  readonly prompts: number;
  readonly metrics: Metrics;
  readonly samples: readonly Sample[];
  /** Tokens sampled to make it. */
  readonly sampledTokens: number;
}

/** All that a collector may look at. */
export interface CollectContext {
  readonly policy: Policy;
  readonly task: Task;
  /** That of the phase, interventions applied. */
  readonly config: RunConfig;
  readonly needs: readonly Need[];
  /** Number of the update that the batch is for, counted from 1 over the whole run: random numbers are keyed by it. */
  readonly step: number;
  /** The same update as its phase counts. */
  readonly clock: Clock;
  /** The weights that the phase began with: they write its offline pairs and its own demonstrations. */
  readonly origin: WeightsName;
  /** The weights that log-ratios are taken against. */
  readonly reference: WeightsName;
  /** How far the rating of answers has come. */
  readonly told?: Told;
  /** What a phase keeps between steps and can make again. */
  readonly memo: { pairSet?: readonly PreferencePair[]; demonstrations?: DemoSet; judge?: Judge };
}
