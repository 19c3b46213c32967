import type { Metrics } from "../objectives/objective.ts";
import type { Judgement } from "../rewards/judgement.ts";
import type { Sampled } from "./sampling.ts";
import type { Sample } from "./tokenRow.ts";

/** How many of a batch's completions are shown: more would not be read. */
const SHOWN = 12;

/** TRL's names for what was sampled; rewards as they train, before any objective. `accuracy` is the verifier's, whoever rewards. */
export function completionMetrics({ rollouts, rewards, verdicts, completions, judge }: Sampled): Metrics {
  const lengths = [...rollouts.lengths];
  const ended = rollouts.ended.reduce((a, b) => a + b, 0);
  const rows = Math.max(1, rollouts.rows);
  const mean = sum(rewards) / rows;
  return {
    reward: mean,
    reward_std: Math.sqrt(rewards.reduce((total, reward) => total + (reward - mean) ** 2, 0) / Math.max(1, rows - 1)),
    accuracy: verdicts.filter(({ correct }) => correct === 1).length / rows,
    unique_outputs: new Set(completions).size,
    ...judgeMetrics(verdicts),
    ...partMetrics(verdicts),
    ...(judge.quality && {
      "reward_model/accuracy": judge.quality.accuracy,
      "reward_model/ece": judge.quality.ece,
    }),
    "completions/mean_length": sum(lengths) / rows,
    "completions/min_length": Math.min(...lengths),
    "completions/max_length": Math.max(...lengths),
    "completions/clipped_ratio": 1 - ended / rows,
  };
}

/**
 * Where answers have a style: `rewards/verifier/mean`, the verifier's opinion in [0, 1] of what it rewarded;
 * `rewards/model/mean`, the model's z-score of what it did; `gold/mean`, the true utility that rewards nobody.
 * Reward hacking is the second rising while the third falls.
 */
function judgeMetrics(verdicts: readonly Judgement[]): Metrics {
  const styled = verdicts.filter(({ utility }) => utility !== undefined);
  if (styled.length === 0 && verdicts.every(({ judge }) => judge === "verifier" || judge === "sum")) return {};
  const by = (judge: Judgement["judge"]) => verdicts.filter((verdict) => verdict.judge === judge);
  const mean = (name: string, values: readonly number[]) =>
    values.length > 0 ? { [name]: sum(values) / values.length } : {};
  return {
    ...mean(
      "rewards/verifier/mean",
      by("verifier").map(({ correct }) => correct),
    ),
    ...mean(
      "rewards/model/mean",
      by("model").map(({ reward }) => reward),
    ),
    ...mean(
      "gold/mean",
      styled.map(({ utility }) => utility!),
    ),
  };
}

/** The mean of each part of a sum, before its weight. */
function partMetrics(verdicts: readonly Judgement[]): Metrics {
  const parts = Object.keys(verdicts[0]?.parts ?? {}).map((part) => [
    `rewards/${part}/mean`,
    sum(verdicts.map(({ parts: values }) => values?.[part] ?? 0)) / verdicts.length,
  ]);
  return Object.fromEntries(parts);
}

/** The first completions, for the page. */
export function samplesOf({ rollouts, problems, completions, rewards, verdicts }: Sampled): Sample[] {
  return completions.slice(0, SHOWN).map((completion, row) => ({
    prompt: problems[row]!.prompt,
    completion,
    reward: rewards[row]!,
    ended: rollouts.ended[row] === 1,
    split: "train",
    judge: verdicts[row]!.judge,
    correct: verdicts[row]!.correct,
    ...(verdicts[row]!.utility !== undefined && { utility: verdicts[row]!.utility }),
    ...(verdicts[row]!.parts && { parts: verdicts[row]!.parts }),
  }));
}

const sum = (values: Iterable<number>) => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};
