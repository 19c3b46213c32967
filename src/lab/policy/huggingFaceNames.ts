import { PolicyError } from "./policy.ts";
import { type StoredTensor, shownName } from "./safetensorsHeader.ts";

/*
 * The names of a Llama's tensors as other programs write them: wrapped by torch.compile or a parallel trainer, under the
 * prefix of a larger model, or without `model.` in front.
 */

/** The tensors of one model under the names of a `LlamaForCausalLM`. */
interface NamedTensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** What was taken off the names, one sentence each. */
  readonly notes: readonly string[];
}

/** Left out whatever their type: tables of angles that older versions saved, which follow from the config. */
const IGNORED = /(^|\.)rotary_emb\.(inv_freq|cos_cached|sin_cached)$/;
/** Of torch.compile, of FSDP and of activation checkpointing, wherever they stand in a name, one around another too. */
const WRAPPERS = /(^|\.)(?:(?:_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\.)+/g;
const ADAPTER = /\.lora_|(^|\.)lora_[AB]\.|\.lora_embedding_|\.modules_to_save\.|\.base_layer\./;
/** Tensors that every Llama has one of; the first that is found tells the prefix. */
const ANCHORS = ["embed_tokens.weight", "layers.0.input_layernorm.weight"];

/**
 * @throws {PolicyError} kind `input` naming the tensors: an adapter instead of a model, two tensors of one name, two models.
 */
export function canonicalNames(stored: Iterable<StoredTensor>): NamedTensors {
  const unwrapped = new Map<string, StoredTensor>();
  let wrapper: string | undefined;
  for (const tensor of stored) {
    if (IGNORED.test(tensor.name)) continue;
    if (ADAPTER.test(tensor.name)) throw adapter(tensor.name);
    const name = tensor.name.replace(WRAPPERS, (found, before: string) => {
      wrapper ??= found.replace(/^\./, "");
      return before;
    });
    add(unwrapped, name, tensor);
  }
  const notes = wrapper === undefined ? [] : [`“${wrapper}” is taken off the names of the tensors.`];
  const prefix = prefixOf([...unwrapped.keys()]);
  if (prefix === undefined) return { tensors: unwrapped, notes };
  const tensors = new Map<string, StoredTensor>();
  for (const [name, tensor] of unwrapped) add(tensors, renamed(name, prefix), tensor);
  if (prefix.outer !== "") notes.push(`“${shownName(prefix.outer)}” is taken off the names of the tensors.`);
  if (prefix.inner === "") notes.push("“model.” is put before the names of the tensors.");
  return { tensors, notes };
}

/** The refusal of a low-rank adapter. */
export function adapter(name: string): PolicyError {
  return new PolicyError(
    "input",
    `weights: a whole model must be given, got ${shownName(name)} of an adapter (LoRA): merge it into its model first, with merge_and_unload() and save_pretrained() of Python's peft.`,
  );
}

interface Prefix {
  /** Before all names. */
  readonly outer: string;
  /** What follows it before all names but the heads': `model.`, or nothing. */
  readonly inner: string;
  /** The name that tells. */
  readonly anchor: string;
}

function prefixOf(names: readonly string[]): Prefix | undefined {
  for (const anchor of ANCHORS) {
    const found = names.filter((name) => name === anchor || name.endsWith(`.${anchor}`));
    if (found.length > 1) {
      throw new PolicyError(
        "input",
        `weights: there must be one model, got both ${shownName(found[0]!)} and ${shownName(found[1]!)}`,
      );
    }
    if (found.length === 0) continue;
    const before = found[0]!.slice(0, -anchor.length);
    const inner = before.endsWith("model.") && (before === "model." || before.endsWith(".model.")) ? "model." : "";
    return { outer: before.slice(0, before.length - inner.length), inner, anchor: found[0]! };
  }
  return undefined;
}

function renamed(name: string, { outer, inner, anchor }: Prefix): string {
  if (!name.startsWith(outer)) {
    throw new PolicyError(
      "input",
      `weights: every tensor must begin with “${shownName(outer)}”, as ${shownName(anchor)} does, got ${shownName(name)}`,
    );
  }
  const rest = name.slice(outer.length);
  return inner === "" && !/^(lm_head|model|score)\./.test(rest) ? `model.${rest}` : rest;
}

function add(tensors: Map<string, StoredTensor>, name: string, tensor: StoredTensor): void {
  const other = tensors.get(name);
  if (!other) {
    tensors.set(name, tensor);
    return;
  }
  throw new PolicyError(
    "input",
    `weights: there must be one ${shownName(name)}, got both ${shownName(other.name)} and ${shownName(tensor.name)}`,
  );
}
