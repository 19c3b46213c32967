import { pythonLiteral } from "../pythonLiteral.ts";
import type { Argument, Recipe } from "./recipe.ts";

/** Where a script takes its weights and data from, and puts what it trained. */
interface ScriptPlaces {
  /** The algorithm's name, for the first line. */
  readonly title: string;
  readonly model: string;
  readonly data: string;
  readonly output: string;
  /** The Python module of the reward. */
  readonly reward: string;
}

/** A script that trains one phase with TRL. `--max_steps 2` makes it a short one. */
export function trainingScript(recipe: Recipe, general: readonly Argument[], places: ScriptPlaces): string {
  const { module, trainer, config } = recipe;
  const all = [...recipe.own, recipe.batch, ...general].filter(({ value }) => value !== undefined);
  const lines = all.map(({ name, value }) => `    ${name}=${pythonLiteral(value)},`);
  const rewards = recipe.rewards ? "\n        reward_funcs=reward," : "";
  return `"""${places.title} with TRL's ${trainer}, as Policy Lab trained it. README.md says what became of each setting."""

import argparse

import torch
from datasets import load_dataset
from ${module} import ${config}, ${trainer}
from transformers import AutoModelForCausalLM, AutoTokenizer

from ${places.reward} import reward, verify

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--model", default="${places.model}")
parser.add_argument("--output", default="${places.output}")
parser.add_argument("--max_steps", type=int, help="instead of the run's own number")
parser.add_argument("--cpu", action="store_true", help="not on a GPU that is there")
options = parser.parse_args()

arguments = dict(
    output_dir=options.output,
${lines.join("\n")}
)
if options.max_steps is not None:
    arguments["max_steps"] = options.max_steps
if options.cpu:
    arguments["use_cpu"] = True

tokenizer = AutoTokenizer.from_pretrained(options.model)
model = AutoModelForCausalLM.from_pretrained(options.model, dtype=torch.float32)


@torch.no_grad()
def accuracy():
    """The share of held-out problems that are answered right, without sampling."""
    model.eval()
    rows = load_dataset("json", data_files="eval.jsonl", split="train")
    right = 0
    for start in range(0, len(rows), 64):
        batch = rows[start : start + 64]
        prompts = tokenizer(batch["prompt"], return_tensors="pt", padding=True).to(model.device)
        written = model.generate(**prompts, do_sample=False, max_length=model.config.max_position_embeddings)
        ids = written[:, prompts["input_ids"].shape[1] :]
        texts = tokenizer.batch_decode(ids, skip_special_tokens=True)
        ended = (ids == tokenizer.eos_token_id).any(dim=1).tolist()
        for prompt, text, kind, end in zip(batch["prompt"], texts, batch["kind"], ended):
            right += end and verify(prompt, text, kind) == 1
    model.train()
    return right / len(rows)


before = accuracy()
trainer = ${trainer}(
        model=model,
        args=${config}(**arguments),
        train_dataset=load_dataset("json", data_files="${places.data}", split="train"),
        processing_class=tokenizer,${rewards}
)
trainer.train()
trainer.save_model(options.output)
print(f"accuracy on held-out problems: {before:.3f} before, {accuracy():.3f} after {trainer.state.global_step} updates")
`.replace(/^ {8}(?=model=|args=|train_dataset=|processing_class=|reward_funcs=)/gm, "    ");
}
