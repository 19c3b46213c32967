import { packExamples } from "../feeds/encode.ts";
import { countScored } from "../policy/microBatches.ts";
import type { Policy, TokenScores } from "../policy/policy.ts";
import { type Rng, rngFor, Streams } from "../rng.ts";
import type { AnyValues } from "../schema.ts";
import {
  answerOf,
  hintedPrompt,
  type Problem,
  type Stage,
  type Style,
  sharesOf,
  type Task,
  tokenizerOf,
} from "../tasks/task.ts";

/** How a native checkpoint is trained. */
interface PretrainOptions {
  readonly seed: number;
  readonly stages: readonly Stage[];
  /** Task settings, all of them. */
  readonly params: AnyValues;
}

/** Demonstrations in one update of a stage that does not say. */
export const BATCH = 64;
/** Steps of linear warm-up; then the rate falls along a half cosine to a tenth. */
const WARMUP = 50;

/**
 * Trains a policy from its present weights on demonstrations of the task, stage after stage, by plain maximum likelihood.
 * Every stage has a warm-up and a decay of its own; the optimizer's moments go on. Yields the loss (nats per token) after
 * every step.
 */
export async function* pretrain(
  policy: Pick<Policy, "learn">,
  task: Task,
  options: PretrainOptions,
): AsyncGenerator<number, void> {
  let before = 0;
  for (const stage of options.stages) {
    const { steps, lr } = stage;
    for (let step = 1; step <= steps; step++) {
      const sequences = packExamples(tokenizerOf(task), stageBatch(task, options, stage, before + step));
      const scored = countScored(sequences.mask);
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
    before += steps;
  }
}

/** Steps of all stages. */
export const stepsOf = (stages: readonly Stage[]) => stages.reduce((sum, { steps }) => sum + steps, 0);

/** The demonstrations of one step, counted through all stages. */
function stageBatch(task: Task, { seed, params }: PretrainOptions, stage: Stage, step: number) {
  return Array.from({ length: stage.batch ?? BATCH }, (_, row) => {
    const rng = rngFor({ seed, stream: Streams.style, step }, row);
    const problem = stageProblem(task, params, stage, seed, step, row, rng);
    const hinted = rng.next() < stage.hinted;
    const style = hinted ? "native" : pickStyle(stage, problem.kind, rng);
    const completion = task.demonstrate(problem, style, rng, params);
    if (!hinted) return { problem, completion };
    return {
      problem: { ...problem, prompt: hintedPrompt(problem.prompt, answerOf(completion)) },
      completion,
    };
  });
}

/** A stage with few prompts draws from the first `prompts` problems; their distribution is what the policy will know. */
function stageProblem(
  task: Task,
  params: AnyValues,
  { prompts }: Stage,
  seed: number,
  step: number,
  row: number,
  rng: Rng,
): Problem {
  const key = prompts > 0 ? { seed, stream: Streams.demos, step: 0 } : { seed, stream: Streams.demos, step };
  return task.problem(rngFor(key, prompts > 0 ? rng.below(prompts) : row), "train", params);
}

function pickStyle(stage: Stage, kind: string, rng: Rng): Style {
  let rest = rng.next();
  for (const [style, share] of Object.entries(sharesOf(stage, kind)) as [Style, number][]) {
    if (rest < share) return style;
    rest -= share;
  }
  return "native";
}
