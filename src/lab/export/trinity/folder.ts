import { phasesOf, type RunConfig } from "../../experiment/config.ts";
import { nameOf } from "../../experiment/name.ts";
import { ConfigError } from "../../schema.ts";
import { taskById } from "../../tasks/index.ts";
import { type Exported, jsonLines } from "../exportFile.ts";
import type { ExportSource } from "../exportSource.ts";
import { huggingFaceFolder, ownReader } from "../huggingFace/folder.ts";
import { rewardAnswers, rewardData, rewardGaps, rewardPython } from "../rewards/rewardPython.ts";
import { evaluationRows, trainingRows } from "../trl/rows.ts";
import { REWARD_NAME, TRINITY_VERSION, trinityConfiguration } from "./configuration.ts";
import { yamlText } from "./yaml.ts";

/** A run of CHORD as a folder for Trinity-RFT's Ray cluster. @throws {ConfigError} for any other algorithm */
export async function trinityFolder(source: ExportSource): Promise<Exported> {
  const { config, start, trained } = source;
  const phases = phasesOf(config);
  if (phases.length > 1) {
    const message = `An experiment for Trinity-RFT must have one phase, got ${phases.length}.`;
    throw new ConfigError([{ key: "phases", message }]);
  }
  const { yaml, differences } = trinityConfiguration(config, start.shape.context);
  const demonstrations = await trainingRows(source, config, "demonstrations");
  const prompts = await trainingRows(source, config, "prompts");
  const notes = config.interventions.length > 0 ? ["Changes made by hand are not in the configuration."] : [];
  return {
    files: [
      { name: "mix_chord.yaml", content: yamlText(yaml) },
      { name: "data/rl/train.jsonl", content: jsonLines(prompts.map(asked)) },
      { name: "data/rl/eval.jsonl", content: jsonLines(evaluationRows(config).map(asked)) },
      {
        name: "data/sft/train.jsonl",
        content: jsonLines(
          demonstrations.map(({ prompt, completion }) => ({
            messages: [
              { role: "user", content: prompt },
              { role: "assistant", content: completion },
            ],
          })),
        ),
      },
      { name: "plugins/policy_lab_reward.py", content: rewardPlugin(config) },
      ...[...rewardData(config), ...rewardAnswers(config)].map((file) => ({ ...file, name: `plugins/${file.name}` })),
      { name: "README.md", content: readme(config, [...differences, ...rewardGaps(config), ...notes]) },
      ...huggingFaceFolder(start, "model/", ownReader(config)),
      ...(trained ? huggingFaceFolder(trained.policy, "trained/", ownReader(config)) : []),
    ],
    notes,
  };
}

/** The problem goes along as the truth: what a reward function of Trinity is told beside the response. */
const asked = ({ prompt, kind }: Readonly<Record<string, string | boolean>>) => ({
  prompt,
  truth: JSON.stringify({ prompt, kind }),
});

function rewardPlugin({ task, taskParams, rewards }: RunConfig): string {
  return `${rewardPython(task, taskParams, rewards)}

import json

from trinity.common.rewards import REWARD_FUNCTIONS
from trinity.common.rewards.reward_fn import RewardFn


@REWARD_FUNCTIONS.register_module("${REWARD_NAME}")
class PolicyLabReward(RewardFn):
    def __init__(self, **_):
        pass

    def __call__(self, response, truth, **_):
        problem = json.loads(truth)
        return {"reward": earned(problem["prompt"], response.removesuffix("<eos>"), problem["kind"], True)}
`;
}

function readme(config: RunConfig, differences: readonly string[]): string {
  return `# ${nameOf(config)} on ${taskById(config.task).title}, for Trinity-RFT

Written by Policy Lab for trinity-rft ${TRINITY_VERSION}.

\`\`\`sh
pip install trinity-rft==${TRINITY_VERSION}
ray start --head
trinity run --config mix_chord.yaml --plugin-dir plugins
\`\`\`

| file | what it is |
| --- | --- |
| \`mix_chord.yaml\` | µ schedule, weight on expert tokens, expert share, group, optimizer |
| \`data/rl/\` | training prompts, and held-out ones |
| \`data/sft/\` | the expert's demonstrations |
| \`plugins/\` | the task's verifier as a reward function |
| \`model/\` | the policy that the run starts from, one token a character |

The file counts on one node with two GPUs, one for rollouts and one for training: set \`cluster\`, \`ngpus_trainer\` and
\`engine_num\` to yours. A policy of the lab has heads that an inference engine may be too large for: put your own model's path
into \`model_path\`, and its context into \`max_model_len\`.

## What differs from the lab

${differences.map((sentence) => `- ${sentence}`).join("\n")}
`;
}
