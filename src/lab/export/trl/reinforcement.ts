import type { RunConfig } from "../../experiment/config.ts";
import { taskById } from "../../tasks/index.ts";
import { rewardGaps } from "../rewards/rewardPython.ts";
import { type Argument, type Counterpart, same } from "./recipe.ts";

const LOSS_TYPES: Readonly<Record<string, string>> = {
  "token-mean": "dapo",
  "sequence-mean-token-mean": "grpo",
  "dr-grpo": "dr_grpo",
};

/** What every trainer that samples takes from the rollouts' settings. */
export function samplingArguments(config: RunConfig, length: string): readonly Argument[] {
  const { rollouts, task, taskParams } = config;
  return [
    same(rollouts, "temperature", "temperature"),
    same(rollouts, "topP", "top_p"),
    {
      name: length,
      value: taskById(task).limits(taskParams).completion + 1,
      knobs: [],
      note: "the task's longest answer and its <eos>",
    },
  ];
}

/** GRPO. CHORD and the mixtures of GRPO and DPO have no trainer in TRL. */
export function reinforcement(config: RunConfig): Counterpart {
  const { algorithm, params, rollouts, optimizer, rewards } = config;
  if (algorithm.startsWith("chord"))
    return {
      lacks:
        "TRL has no trainer that mixes demonstrations with rollouts as CHORD does: Trinity-RFT has, see lab export --format trinity.",
    };
  if (algorithm !== "grpo")
    return { lacks: "TRL has no trainer for pairs within a group, nor for their sum with GRPO." };
  const loss = LOSS_TYPES[String(params.aggregation)];
  if (!loss) return { lacks: `TRL's GRPOTrainer has no counterpart of aggregation ${params.aggregation}.` };
  const differences = ["TRL adds 1e-4 to the standard deviation of a group, the lab advantageEps."];
  if (Number(params.klCoef) > 0 && (params.klEstimator !== "k3" || params.klIn !== "loss"))
    differences.push(`KL: TRL has the k3 estimate in the loss alone, not ${params.klEstimator} in the ${params.klIn}.`);
  if (params.deadGroups !== "count") differences.push("TRL counts groups without a signal in the mean.");
  if (rewards.rewardSource !== "verifier")
    differences.push(`rewardSource ${rewards.rewardSource}: reward.py is the verifier, the reward model stays here.`);
  differences.push(...rewardGaps(config));
  return {
    recipe: {
      module: "trl",
      trainer: "GRPOTrainer",
      config: "GRPOConfig",
      data: "prompts",
      rewards: true,
      batch: {
        name: "per_device_train_batch_size",
        value: rollouts.prompts * rollouts.groupSize,
        knobs: ["prompts", "groupSize"],
        note: "TRL counts completions",
      },
      own: [
        same(rollouts, "groupSize", "num_generations"),
        ...samplingArguments(config, "max_completion_length"),
        { name: "loss_type", value: loss, knobs: ["aggregation"] },
        same(params, "advantageStd", "scale_rewards"),
        same(params, "clipLow", "epsilon"),
        same(params, "clipHigh", "epsilon_high"),
        {
          name: "delta",
          value: Number(params.dualClip) > 0 ? params.dualClip : undefined,
          knobs: ["dualClip"],
          note: "the bound on the ratio of tokens with a negative advantage",
        },
        same(params, "klCoef", "beta"),
        ...(Number(params.entropyCoef) > 0 ? [same(params, "entropyCoef", "entropy_coef")] : []),
        { name: "num_iterations", value: optimizer.updatesPerBatch, knobs: ["updatesPerBatch"] },
      ],
      differences,
    },
  };
}
