import { startSandbox } from "../../../../app/functions/sandboxWorker.ts";
import type { RunConfig } from "../../../../lab/experiment/config.ts";
import { judgeFor } from "../../../../lab/rewards/judge.ts";
import { type Judgement, judged } from "../../../../lab/rewards/judgement.ts";
import { RewardError } from "../../../../lab/rewards/rewardError.ts";
import { CHECKPOINT, PREFERENCE, weightKey } from "../../../../lab/rewards/rules/weights.ts";
import { provideSandbox } from "../../../../lab/rewards/sandbox/sandbox.ts";
import { workerSandbox } from "../../../../lab/rewards/sandbox/workerSandbox.ts";
import { taskById } from "../../../../lab/tasks/index.ts";
import type { Sample } from "../../../../lab/train/report.ts";

/** A completion that the parts of a reward are tried on. */
interface Tried extends Pick<Sample, "prompt" | "completion" | "ended"> {
  /** Who wrote it. */
  readonly from: "policy" | "data";
}

export interface Trial {
  readonly rows: readonly (Tried & { readonly judgement: Judgement })[];
}

const COUNT = 10;
const sandbox = () => workerSandbox(startSandbox());

/** Completions to try a reward on: the policy's newest to prompts that the page has rows of, then what the data hold. */
export function completionsToTry(task: string, samples: readonly Sample[]): readonly Tried[] {
  const { given } = taskById(task);
  if (!given) return [];
  const own = samples
    .filter(({ prompt }) => given.rows({ prompt, kind: task }).length > 0)
    .map(({ prompt, completion, ended }): Tried => ({ prompt, completion, ended, from: "policy" }));
  const held = [...given.problems("train"), ...given.problems("id")].flatMap((problem) =>
    given.rows(problem).map(
      ({ answer, columns }): Tried => ({
        prompt: problem.prompt,
        completion: String(columns.completion ?? columns.chosen ?? answer),
        ...{ ended: true, from: "data" },
      }),
    ),
  );
  return [...own, ...held].slice(0, COUNT);
}

/**
 * What a reward says of them, by the code that rewards a run, but on the rows that the page knows, of a large set the first 64: a
 * prompt's further answers are not among them. Without the models among the parts, which are fitted or loaded when a run starts.
 * A function of one's own runs in a worker of its own here too. @returns a sentence where a completion cannot be rewarded
 */
export async function tryReward(config: RunConfig, tried: readonly Tried[]): Promise<Trial | string> {
  provideSandbox(sandbox);
  const rewards = { ...config.rewards, [weightKey(PREFERENCE)]: 0, [weightKey(CHECKPOINT)]: 0 };
  const judge = judgeFor(taskById(config.task), { ...config, rewards });
  try {
    const rows = await judged(judge, () =>
      tried.map((one) => ({
        ...one,
        judgement: judge.judge({ prompt: one.prompt, kind: config.task }, one.completion, one.ended),
      })),
    );
    return { rows };
  } catch (error) {
    if (error instanceof RewardError) return error.message;
    throw error;
  }
}
