import type { RunConfig } from "../../experiment/config.ts";
import { PolicyError } from "../../policy/policy.ts";
import { absentCheckpoint } from "../../rewards/rewardCheckpoint.ts";
import { CHECKPOINT, OWN, PREFERENCE, partsIn, weightOf } from "../../rewards/rules/weights.ts";
import type { AnyValues } from "../../schema.ts";
import { taskById } from "../../tasks/index.ts";
import { loaded, type Model, modelByHash, readBy } from "../../tasks/models.ts";
import { GRAMMAR } from "../../tasks/storyGrammar.ts";
import { type Task, tokenizerOf } from "../../tasks/task.ts";
import type { Tokenizer } from "../../tokenizer/tokenizer.ts";
import { beginOf } from "../beginOf.ts";
import type { ExportFile } from "../exportFile.ts";
import { huggingFaceFolder } from "../huggingFace/folder.ts";
import { pythonLiteral } from "../pythonLiteral.ts";
import addition from "./addition.py?raw";
import answer from "./answer.py?raw";
import brackets from "./brackets.py?raw";
import checkpoint from "./checkpoint.py?raw";
import countdown from "./countdown.py?raw";
import data from "./data.py?raw";
import parity from "./parity.py?raw";
import parted from "./parts.py?raw";
import paths from "./paths.py?raw";
import sentence from "./sentence.py?raw";
import sort from "./sort.py?raw";
import stories from "./stories.py?raw";

/** The verifier of each task that is not made of others, in Python: `verify_<task>(prompt, completion, **settings)`. */
const VERIFIERS: Readonly<Record<string, string>> = {
  data,
  sort,
  parity,
  countdown,
  addition,
  paths,
  brackets,
  sentence,
  stories: `STORIES = ${pythonLiteral(GRAMMAR)}\n\n\n${stories}`,
};

/**
 * `reward.py`: the verifier of a task as a reward function of TRL. A dataset's column `kind` says which verifier judges a row.
 * As in the lab, a completion that was cut off before `<eos>` earns 0.
 */
export function rewardPython(taskId: string, params: AnyValues, rewards: AnyValues = {}): string {
  // A verifier reads texts, whichever model wrote them.
  const task = taskById(readBy(taskId, undefined));
  const weights = task.given ? partsIn(rewards).map(({ id }) => [id, weightOf(rewards, id)] as const) : [];
  const parts = task.parts ?? [{ task, letter: "", params }];
  const verifierOf = ({ id, given }: Task) => (given ? "data" : id);
  const table = parts.map((part) => {
    const settings = pythonLiteral(part.params);
    const name = `verify_${verifierOf(part.task)}`;
    return `    ${pythonLiteral(part.task.id)}: (${pythonLiteral(part.letter)}, ${name}, ${settings}),`;
  });
  const sources = parts.map((part) => {
    const source = VERIFIERS[verifierOf(part.task)];
    if (source !== undefined) return source;
    throw new RangeError(`task ${part.task.id} must have a verifier in Python, got none`);
  });
  return [
    `"""The verifier of Policy Lab's task "${task.title}" as a reward function of TRL."""\n\n${task.given ? "import json\nimport os\n" : ""}import re\n`,
    ...[answer, ...sources],
    `# By the kind of a problem: the letter that leads its prompt, its verifier, and the settings of the run.\nVERIFIERS = {\n${table.join("\n")}\n}\n`,
    judge(tokenizerOf(taskById(taskId))),
    ...(weights.some(([id]) => id === CHECKPOINT) ? [checkpointPython(rewards)] : []),
    weights.length > 0
      ? `# The parts of the reward and their weights.\nWEIGHTS = ${pythonLiteral(Object.fromEntries(weights))}\nLENGTH_TARGET = ${pythonLiteral(rewards.lengthTarget ?? 1)}\n\n\n${parted}`
      : VERDICT,
  ].join("\n\n");
}

/** Where the reward is the verdict alone. */
const VERDICT = `def earned(prompt, completion, kind, ended):
    """What the run rewarded a completion with: the verdict; 0 where it has no end."""
    return verify(prompt, completion, kind) if ended else 0.0
`;

/** How a reward checkpoint reads a text, and what computes its score. */
function checkpointPython(rewards: AnyValues): string {
  const { reads } = checkpointIn(rewards);
  const front = reads.prompt("a").slice(0, -reads.completion("a", "").length);
  const settings = pythonLiteral({ front, openings: reads.chat?.openings ?? [], end: reads.end });
  return `# How the reward checkpoint reads a text.\nCHECKPOINT = ${settings}\n${checkpoint}`;
}

/** @throws {PolicyError} kind `input` where it is not here */
function checkpointIn({ rewardCheckpoint: hash }: AnyValues): Model {
  const known = modelByHash(String(hash));
  const model = known && loaded(known);
  if (model?.score) return model;
  throw new PolicyError("input", absentCheckpoint(String(hash)));
}

/** What `reward.py` reads beside itself: the right answers of every prompt, where they are rows of data, and the checkpoint that scores. */
export function rewardData({ task, rewards }: Pick<RunConfig, "task" | "rewards">): ExportFile[] {
  const answers = taskById(task).given?.answers();
  if (!answers) return [];
  const own = weightOf(rewards, OWN) > 0 ? [{ name: "reward.js", content: String(rewards.rewardFunction) }] : [];
  const scores =
    weightOf(rewards, CHECKPOINT) > 0
      ? huggingFaceFolder(checkpointIn(rewards), "reward_checkpoint/", checkpointIn(rewards))
      : [];
  return [{ name: "answers.json", content: `${JSON.stringify(answers)}\n` }, ...own, ...scores];
}

/** What `reward.py` leaves to whoever uses it, one sentence each. */
export function rewardGaps({ rewards }: Pick<RunConfig, "rewards">): string[] {
  const own = "The reward function is JavaScript (reward.js): own_function in reward.py is for you to write after it.";
  const model = "The reward model of pairs stays in the lab: preference in reward.py is for a model of yours.";
  return [...(weightOf(rewards, OWN) > 0 ? [own] : []), ...(weightOf(rewards, PREFERENCE) > 0 ? [model] : [])];
}

const judge = (reads: Tokenizer) => `EOS = ${reads.end}  # the id of ${reads.label(reads.end)}


def verify(prompt, completion, kind):
    """The verdict on one completion, from 0 to 1."""
    letter, verifier, settings = VERIFIERS[kind]
    prompt = prompt.removeprefix(${JSON.stringify(beginOf(reads))}).removeprefix(letter)
    return verifier(prompt, completion, **settings)


def reward(prompts, completions, kind, completion_ids=None, **_):
    """The rewards of a batch, in TRL's form."""
    ids = completion_ids or [[EOS]] * len(completions)
    return [
        earned(prompt, completion, one, EOS in written)
        for prompt, completion, one, written in zip(prompts, completions, kind, ids)
    ]
`;
