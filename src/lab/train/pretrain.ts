import { packExamples } from "../feeds/encode.ts";
import type { Policy, TokenScores } from "../policy/policy.ts";
import { type Rng, rngFor, Streams } from "../rng.ts";
import type { AnyValues } from "../schema.ts";
import { answerOf, hintedPrompt, type Problem, type Style, type Task } from "../tasks/task.ts";

/** How a native checkpoint is trained. */
export interface PretrainOptions {
  readonly seed: number;
  readonly steps: number;
  readonly batch: number;
  readonly lr: number;
  readonly params: AnyValues;
}

/** Steps of linear warm-up; then the rate falls along a half cosine to a tenth. */
const WARMUP = 50;

/**
 * Trains a policy from its present weights on the task's recipe, by plain maximum likelihood.
 * Yields the loss (nats per token) after every step.
 */
export async function* pretrain(policy: Policy, task: Task, options: PretrainOptions): AsyncGenerator<number, void> {
  const { steps, lr } = options;
  for (let step = 1; step <= steps; step++) {
    const sequences = packExamples(recipeBatch(task, options, step));
    const scored = sequences.mask.reduce((a, b) => a + b, 0);
    let loss = 0;
    const assign = ([scores]: readonly TokenScores[]) => {
      loss = -scores!.logp.reduce((a, b) => a + b, 0) / scored;
      return [{ dLogp: sequences.mask.map((m) => -m / scored) }];
    };
    const decay = 0.1 + 0.9 * 0.5 * (1 + Math.cos((Math.PI * step) / steps));
    await policy.learn([sequences], assign, {
      lr: lr * Math.min(1, step / WARMUP) * decay,
      beta1: 0.9,
      beta2: 0.95,
      epsilon: 1e-8,
      weightDecay: 0.01,
      clipNorm: 1,
    });
    yield loss;
  }
}

function recipeBatch(task: Task, { seed, batch, params }: PretrainOptions, step: number) {
  return Array.from({ length: batch }, (_, row) => {
    const rng = rngFor({ seed, stream: Streams.style, step }, row);
    const problem = recipeProblem(task, params, seed, step, row, rng);
    const hinted = rng.next() < task.recipe.hinted;
    const style = hinted ? "native" : pickStyle(task, rng);
    const completion = task.demonstrate(problem, style, rng, params);
    if (!hinted) return { problem, completion };
    return {
      problem: { ...problem, prompt: hintedPrompt(problem.prompt, answerOf(completion)) },
      completion,
    };
  });
}

/** A recipe with few prompts draws from the first `prompts` problems; their distribution is what the policy will know. */
function recipeProblem(task: Task, params: AnyValues, seed: number, step: number, row: number, rng: Rng): Problem {
  const { prompts } = task.recipe;
  const key = prompts > 0 ? { seed, stream: Streams.demos, step: 0 } : { seed, stream: Streams.demos, step };
  return task.problem(rngFor(key, prompts > 0 ? rng.below(prompts) : row), "train", params);
}

function pickStyle(task: Task, rng: Rng): Style {
  let rest = rng.next();
  for (const [style, share] of Object.entries(task.recipe.styles) as [Style, number][]) {
    if (rest < share) return style;
    rest -= share;
  }
  return "native";
}
