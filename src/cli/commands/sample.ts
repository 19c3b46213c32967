import type { RunConfig } from "../../lab/experiment/config.ts";
import { answersTo } from "../../lab/feeds/answers.ts";
import type { PolicyState } from "../../lab/policy/policy.ts";
import { judgeFor } from "../../lab/rewards/judge.ts";
import { judged } from "../../lab/rewards/judgement.ts";
import { partsIn } from "../../lab/rewards/rules/weights.ts";
import { rngFor, Streams } from "../../lab/rng.ts";
import { taskById } from "../../lab/tasks/index.ts";
import type { Problem, Split, Task } from "../../lab/tasks/task.ts";
import { readCheckpoint } from "../../lab/train/checkpoint.ts";
import { checkpointBeside } from "../checkpointFile.ts";
import { type Command, InputError, type Io, type ParsedArgs } from "../command.ts";
import { ENGINE_OPTIONS, openInNode, startingStateInNode, vocabularyInNode } from "../engine.ts";
import { experimentOf, SETTING_OPTIONS } from "../experiment.ts";
import { parseJson, readBytes, readTextFile } from "../input.ts";
import { checkSources } from "../rewardOptions.ts";

const SPLITS: readonly Split[] = ["id", "ood", "train"];

export const sample: Command = {
  name: "sample",
  summary: "Lets a policy answer problems and shows what the verifier thinks of it.",
  usage: "<preset | run.json | config.json>",
  positionals: [1, 1],
  options: {
    ...SETTING_OPTIONS,
    ...ENGINE_OPTIONS,
    n: { type: "text", value: "8", help: "how many problems" },
    temperature: { type: "text", value: "1", help: "0 is greedy" },
    split: { type: "text", value: "id|ood|train", help: "where the problems come from" },
    json: { type: "flag", help: "prints one JSON object and nothing else" },
  },
  async run(args, io) {
    const { config, state } = await policyOf(args, io);
    checkSources(config);
    const task = taskById(config.task);
    const count = args.number("n", { min: 1, max: 4096, whole: true }) ?? 8;
    const temperature = args.number("temperature", { min: 0, max: 10 }) ?? 1;
    const split = SPLITS.find((candidate) => candidate === (args.text("split") ?? "id"));
    if (!split) throw new InputError(`--split must be one of ${SPLITS.join(", ")}, got "${args.text("split")}".`);
    const { seed } = config.start;
    const problems = Array.from({ length: count }, (_, row) =>
      task.problem(rngFor({ seed, stream: Streams.evaluation, step: 2 }, row), split, config.taskParams),
    );
    const { policy } = await openInNode(state, args, io);
    const { rollouts, completions } = await answersTo(policy, task, config.taskParams, problems, {
      temperature,
      topP: 1,
      key: { seed, stream: Streams.evaluationSampling, step: 0 },
    });
    policy.dispose();
    const written = completions.map((completion, row) => ({
      problem: problems[row]!,
      completion,
      ended: rollouts.ended[row] === 1,
    }));
    const rows = await rewarded(task, config, written);
    if (args.flag("json")) io.out(JSON.stringify({ task: task.id, split, temperature, samples: rows }));
    else
      for (const { prompt, completion, reward } of rows)
        io.out(`${reward === 1 ? "✓" : "✗"} ${reward.toFixed(2)}  ${prompt}${completion}`);
    return 0;
  },
};

interface Written {
  readonly problem: Problem;
  readonly completion: string;
  readonly ended: boolean;
}

/** Completions with what the verifier thinks of them; where a reward of several parts is set, with that and its parts. */
async function rewarded(task: Task, config: RunConfig, written: readonly Written[]) {
  const judge = partsIn(config.rewards).length > 0 ? judgeFor(task, config) : undefined;
  const read = () =>
    written.map(({ problem, completion, ended }) => {
      const { reward, parts } = judge?.judge(problem, completion, ended) ?? {
        reward: ended ? task.verify(problem, completion, config.taskParams) : 0,
      };
      return { prompt: problem.prompt, completion, reward, ...(parts && { parts }), ended };
    });
  return judge ? judged(judge, read) : read();
}

/** The starting policy of a preset, or the trained one of a run file. */
export async function policyOf(args: ParsedArgs, io: Io): Promise<{ config: RunConfig; state: PolicyState }> {
  const target = args.positionals[0]!;
  const config = await experimentOf(target, args, io);
  const run = target.endsWith(".json") ? parseJson(await readTextFile(target), target) : undefined;
  const file = checkpointBeside(target, run);
  if (file === undefined) return { config, state: await startingStateInNode(config, io) };
  await vocabularyInNode(config.task, io);
  const { policy, progress } = readCheckpoint(await readBytes(file));
  const { size } = progress.config.start;
  if (size !== config.start.size)
    throw new InputError(`size must be that of the weights of ${target}, ${size}, got ${config.start.size}.`);
  return { config, state: policy };
}
