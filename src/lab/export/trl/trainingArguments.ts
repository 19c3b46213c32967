import type { RunConfig } from "../../experiment/config.ts";
import { type Argument, same } from "./recipe.ts";

/** The arguments that every trainer takes from transformers' `TrainingArguments`. */
export function trainingArguments({ optimiser, start }: RunConfig): readonly Argument[] {
  const cosine = optimiser.lrSchedule === "cosine";
  return [
    same(optimiser, "steps", "max_steps"),
    same(optimiser, "lr", "learning_rate"),
    same(optimiser, "warmupSteps", "warmup_steps", "the lab's first update has lr / warm-up, TRL's has 0"),
    {
      name: "lr_scheduler_type",
      value: cosine ? "cosine_with_min_lr" : "constant_with_warmup",
      knobs: ["lrSchedule"],
    },
    ...(cosine ? [{ name: "lr_scheduler_kwargs", value: { min_lr_rate: 0.1 }, knobs: ["lrSchedule"] }] : []),
    same(optimiser, "beta1", "adam_beta1"),
    same(optimiser, "beta2", "adam_beta2"),
    same(optimiser, "epsilon", "adam_epsilon"),
    same(optimiser, "weightDecay", "weight_decay"),
    same(optimiser, "clipNorm", "max_grad_norm"),
    { name: "seed", value: start.seed, knobs: ["seed"], note: "of TRL's own generator: the draws are others" },
    { name: "bf16", value: false, knobs: [], note: "the lab computes in float32" },
    { name: "gradient_checkpointing", value: false, knobs: [] },
    { name: "logging_steps", value: 1, knobs: [] },
    { name: "save_strategy", value: "no", knobs: [], note: "the script saves once, at its end" },
    { name: "report_to", value: "none", knobs: [] },
  ];
}
