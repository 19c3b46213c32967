import type { RunConfig } from "../../experiment/config.ts";
import { type Argument, same } from "./recipe.ts";

/** The arguments that every trainer takes from transformers' `TrainingArguments`. */
export function trainingArguments({ optimizer, start }: RunConfig): readonly Argument[] {
  const cosine = optimizer.lrSchedule === "cosine";
  return [
    same(optimizer, "steps", "max_steps"),
    same(optimizer, "lr", "learning_rate"),
    same(optimizer, "warmupSteps", "warmup_steps", "the lab's first update has lr / warm-up, TRL's has 0"),
    {
      name: "lr_scheduler_type",
      value: cosine ? "cosine_with_min_lr" : "constant_with_warmup",
      knobs: ["lrSchedule"],
    },
    ...(cosine ? [{ name: "lr_scheduler_kwargs", value: { min_lr_rate: 0.1 }, knobs: ["lrSchedule"] }] : []),
    same(optimizer, "beta1", "adam_beta1"),
    same(optimizer, "beta2", "adam_beta2"),
    same(optimizer, "epsilon", "adam_epsilon"),
    same(optimizer, "weightDecay", "weight_decay"),
    same(optimizer, "clipNorm", "max_grad_norm"),
    { name: "seed", value: start.seed, knobs: ["seed"], note: "of TRL's own generator: the draws are others" },
    { name: "bf16", value: false, knobs: [], note: "the lab computes in float32" },
    { name: "gradient_checkpointing", value: false, knobs: [] },
    { name: "logging_steps", value: 1, knobs: [] },
    { name: "save_strategy", value: "no", knobs: [], note: "the script saves once, at its end" },
    { name: "report_to", value: "none", knobs: [] },
  ];
}
