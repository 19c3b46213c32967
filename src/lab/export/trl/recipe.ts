import type { AnyValues } from "../../schema.ts";

/** The form of the rows that a trainer reads. */
export type DataForm = "demonstrations" | "prompts" | "pairs" | "labels";

/** An argument of a trainer's configuration class, and the knob that it comes from. */
export interface Argument {
  readonly name: string;
  readonly value: unknown;
  /** The lab's knobs that it stands for; empty where no knob says it. */
  readonly knobs: readonly string[];
  /** How it differs from the knob. */
  readonly note?: string;
}

/** How one algorithm is trained by TRL. */
export interface Recipe {
  /** Module that trainer and configuration are imported from. */
  readonly module: string;
  readonly trainer: string;
  readonly config: string;
  readonly data: DataForm;
  /** Whether the trainer calls the reward function. */
  readonly rewards: boolean;
  /** Whether a batch is counted in prompts, completions or pairs: what `per_device_train_batch_size` is. */
  readonly batch: Argument;
  readonly own: readonly Argument[];
  /** What TRL does otherwise than the lab, or does not do, by knob or in general; one sentence each. */
  readonly differences: readonly string[];
}

/** What TRL has for an algorithm: a recipe, or why there is none. */
export type Counterpart = { readonly recipe: Recipe } | { readonly lacks: string };

/** A knob under its own name. */
export function same(values: AnyValues, knob: string, name: string, note?: string): Argument {
  return { name, value: values[knob], knobs: [knob], ...(note !== undefined && { note }) };
}
