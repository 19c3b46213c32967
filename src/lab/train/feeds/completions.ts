import type { Metrics } from "../../objectives/objective.ts";
import type { Sample } from "../report.ts";
import type { Sampled } from "./sampling.ts";

/** How many of a batch's completions are shown: more would not be read. */
const SHOWN = 12;

/** TRL's names for what was sampled; rewards are those of the verifier, before any objective. */
export function completionMetrics({ rollouts, rewards }: Sampled): Metrics {
  const lengths = [...rollouts.lengths];
  const ended = rollouts.ended.reduce((a, b) => a + b, 0);
  const rows = Math.max(1, rollouts.rows);
  const mean = sum(rewards) / rows;
  return {
    reward: mean,
    reward_std: Math.sqrt(rewards.reduce((total, reward) => total + (reward - mean) ** 2, 0) / Math.max(1, rows - 1)),
    accuracy: rewards.reduce((count, reward) => count + (reward === 1 ? 1 : 0), 0) / rows,
    "completions/mean_length": sum(lengths) / rows,
    "completions/min_length": Math.min(...lengths),
    "completions/max_length": Math.max(...lengths),
    "completions/clipped_ratio": 1 - ended / rows,
  };
}

/** The first completions, for the page. */
export function samplesOf({ rollouts, problems, completions, rewards }: Sampled): Sample[] {
  return completions.slice(0, SHOWN).map((completion, row) => ({
    prompt: problems[row]!.prompt,
    completion,
    reward: rewards[row]!,
    ended: rollouts.ended[row] === 1,
    split: "train",
  }));
}

const sum = (values: Iterable<number>) => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};
