import type { RunConfig } from "../../experiment/config.ts";
import { ConfigError } from "../../schema.ts";
import { taskById } from "../../tasks/index.ts";
import { tokenizerOf } from "../../tasks/task.ts";
import type { Tokenizer } from "../../tokenizer/tokenizer.ts";
import { beginOf } from "../beginOf.ts";
import type { YamlValue } from "./yaml.ts";

/** Trinity-RFT's release whose configuration classes the file is written for. */
export const TRINITY_VERSION = "0.6.0";

/** The name under which the reward function is registered. */
export const REWARD_NAME = "policy_lab";

/** Prompt and completion follow one another as they are; the tokenizer has no chat template of its own. */
const templateOf = (reads: Tokenizer) =>
  `${beginOf(reads)}{% for message in messages %}{{ message['content'] }}{% if message['role'] == 'assistant' %}{{ '${reads.label(reads.end)}' }}{% endif %}{% endfor %}`;

interface Mapped {
  readonly yaml: { readonly [key: string]: YamlValue | undefined };
  /** What Trinity does otherwise, one sentence each. */
  readonly differences: readonly string[];
}

/** @throws {ConfigError} for anything but CHORD with a schedule and a token weight that `mix_chord` has. */
export function trinityConfiguration(config: RunConfig, context: number): Mapped {
  refuseUnknown(config);
  const { algorithm, optimizer, evaluation } = config;
  return {
    yaml: {
      project: "policy-lab",
      name: `${algorithm}-${config.task}`,
      checkpoint_root_dir: "./checkpoints",
      algorithm: algorithmYaml(config),
      model: modelYaml(config, context),
      cluster: { node_num: 1, gpu_per_node: 2 },
      buffer: bufferYaml(config),
      explorer: {
        eval_interval: evaluation.evalEvery,
        rollout_model: { engine_num: 1, tensor_parallel_size: 1, dtype: "float32", seed: config.start.seed },
      },
      synchronizer: { sync_method: "nccl", sync_interval: 1 },
      trainer: {
        trainer_type: "verl",
        total_steps: optimizer.steps,
        grad_clip: optimizer.clipNorm,
        use_dynamic_bsz: true,
        save_interval: optimizer.steps,
      },
      monitor: { monitor_type: "tensorboard" },
    },
    differences: differencesOf(config),
  };
}

function refuseUnknown({ algorithm, params }: RunConfig): void {
  if (!algorithm.startsWith("chord"))
    refused("algorithm", `must be chord-mu or chord-phi for Trinity-RFT's mix_chord, got ${algorithm}`);
  if (params.muSchedule !== "cosine" && params.muSchedule !== "fixed")
    refused("muSchedule", `must be cosine or fixed for Trinity-RFT's mix_chord, got ${params.muSchedule}`);
  if (params.muDrawn !== "") refused("muDrawn", "must be empty for Trinity-RFT: it has no µ drawn by hand");
  if (params.tokenWeight !== "none" && params.tokenWeight !== "phi")
    refused("tokenWeight", `must be none or phi for Trinity-RFT's mix_chord, got ${params.tokenWeight}`);
}

/** Rows of an update: rollouts, demonstrations, both. */
function rowsOf({ rollouts, demonstrations }: RunConfig) {
  const usual = rollouts.prompts * rollouts.groupSize;
  const expert = demonstrations.demoBatch;
  return { usual, expert, total: usual + expert };
}

function algorithmYaml(config: RunConfig) {
  const { params, rollouts, optimizer } = config;
  const { expert, total } = rowsOf(config);
  return {
    algorithm_type: "mix_chord",
    repeat_times: rollouts.groupSize,
    optimizer: {
      lr: optimizer.lr,
      lr_warmup_steps: optimizer.warmupSteps,
      lr_scheduler_type: optimizer.lrSchedule,
      min_lr_ratio: optimizer.lrSchedule === "cosine" ? 0.1 : undefined,
      betas: [optimizer.beta1, optimizer.beta2],
      weight_decay: optimizer.weightDecay,
      clip_grad: optimizer.clipNorm,
    },
    sample_strategy_args: { expert_data_ratio: expertShare(expert, total), sft_dataset_name: "sft_dataset" },
    advantage_fn_args:
      params.advantageStd === "none"
        ? undefined
        : { epsilon: number(params.advantageEps), std_cal_level: String(params.advantageStd) },
    kl_loss_fn: Number(params.klCoef) > 0 ? String(params.klEstimator) : "none",
    kl_loss_fn_args: { kl_coef: number(params.klCoef) },
    entropy_loss_fn_args: { entropy_coef: number(params.entropyCoef) },
    policy_loss_fn_args: policyLossYaml(config),
  };
}

function policyLossYaml(config: RunConfig) {
  const { params } = config;
  const { usual, expert, total } = rowsOf(config);
  const fixed = params.muSchedule === "fixed";
  return {
    mu_warmup_steps: fixed ? 0 : number(params.muWarmupSteps),
    mu_decay_steps: fixed ? 0 : number(params.muDecaySteps),
    mu_peak: number(params.muPeak),
    mu_valley: number(fixed ? params.muPeak : params.muValley),
    enable_phi_function: params.tokenWeight === "phi",
    clip_range_low: number(params.clipLow),
    clip_range_high: number(params.clipHigh),
    sft_loss_agg_mode: shortName(params.expertAggregation),
    grpo_loss_agg_mode: shortName(params.aggregation),
    use_dynamic_bsz: true,
    ppo_mini_batch_size: total,
    ppo_micro_batch_size_per_gpu: 4,
    ngpus_trainer: 1,
    train_batch_size_expert: expert,
    train_batch_size_usual: usual,
  };
}

function modelYaml({ task, taskParams, rollouts }: RunConfig, context: number) {
  const { prompt, completion } = taskById(task).limits(taskParams);
  return {
    model_path: "./model",
    custom_chat_template: templateOf(tokenizerOf(taskById(task))),
    max_model_len: context,
    max_prompt_tokens: prompt + 1,
    max_response_tokens: completion + 1,
    temperature: rollouts.temperature,
    top_p: rollouts.topP,
  };
}

function bufferYaml(config: RunConfig) {
  const { rollouts, optimizer } = config;
  return {
    batch_size: rollouts.prompts,
    train_batch_size: rowsOf(config).total,
    total_steps: optimizer.steps,
    explorer_input: {
      taskset: {
        ...taskset("problems", "./data/rl", "train"),
        rollout_args: { temperature: rollouts.temperature },
      },
      eval_tasksets: [{ ...taskset("held-out", "./data/rl", "eval"), rollout_args: { temperature: 0 } }],
      default_workflow_type: "simple_workflow",
      default_reward_fn_type: REWARD_NAME,
    },
    trainer_input: {
      experience_buffer: { name: "rollouts", storage_type: "queue" },
      auxiliary_buffers: {
        sft_dataset: {
          name: "demonstrations",
          storage_type: "file",
          path: "./data/sft",
          split: "train",
          format: {
            prompt_type: "messages",
            messages_key: "messages",
            chat_template: templateOf(tokenizerOf(taskById(config.task))),
          },
        },
      },
    },
  };
}

function taskset(name: string, path: string, split: string) {
  return { name, storage_type: "file", path, split, format: { prompt_key: "prompt", response_key: "truth" } };
}

/** Trinity takes ⌈share · batch⌉ rows of the expert: half a row less keeps rounding from making one more of them. */
function expertShare(expert: number, total: number): number {
  const share = expert / total;
  return Math.ceil(share * total) === expert ? share : (expert - 0.5) / total;
}

function differencesOf({ params, optimizer, rewards }: RunConfig): string[] {
  const all = [
    "Trinity averages the terms of micro-batches; the lab's are exact over the whole batch.",
    "A completion that was cut off before <eos> is judged by its text; in the lab it earns 0.",
  ];
  if (params.dualClip !== 3) all.push(`dualClip ${params.dualClip}: mix_chord has no argument for it and takes 3.`);
  if (params.advantageStd === "none") all.push("advantageStd none: Trinity divides by the group's deviation.");
  if (params.deadGroups !== "count") all.push("deadGroups: Trinity counts groups without a signal.");
  if (Number(params.klCoef) > 0 && params.klIn !== "loss") all.push("klIn: the term stands in the loss here.");
  if (optimizer.epsilon !== 1e-8) all.push(`Adam's ε ${optimizer.epsilon}: Trinity's optimizer takes none.`);
  if (optimizer.updatesPerBatch !== 1) all.push("updatesPerBatch: one update is made on a batch.");
  if (rewards.rewardSource !== "verifier")
    all.push(`rewardSource ${rewards.rewardSource}: the reward is the verifier's, the reward model stays here.`);
  return all;
}

const number = (value: unknown) => Number(value);
const shortName = (value: unknown) => String(value).replace(/^sequence-/, "seq-");

function refused(key: string, message: string): never {
  throw new ConfigError([{ key, message: `${key} ${message}.` }]);
}
