import { phasesOf, type RunConfig } from "../../experiment/config.ts";
import { checkpointOf } from "../../rewards/rewardCheckpoint.ts";
import { CHECKPOINT, OWN, PREFERENCE, partsIn, weightOf } from "../../rewards/rules/weights.ts";
import type { AnyValues } from "../../schema.ts";
import { taskById } from "../../tasks/index.ts";
import { readBy } from "../../tasks/models.ts";
import { GRAMMAR } from "../../tasks/storyGrammar.ts";
import { rowsOf, type Task, tokenizerOf } from "../../tasks/task.ts";
import type { Tokenizer } from "../../tokenizer/tokenizer.ts";
import { heldOut } from "../../train/evaluate.ts";
import { askedProblems } from "../askedProblems.ts";
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
import rules from "./rules.py?raw";
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
 * As in the lab, a completion that was cut off before `<eos>` earns 0. `names` of the files that it reads beside itself.
 */
export function rewardPython(
  taskId: string,
  params: AnyValues,
  rewards: AnyValues = {},
  names = rewardNames(),
): string {
  // A verifier reads texts, whichever model wrote them.
  const task = taskById(readBy(taskId, undefined));
  const weights = partsIn(rewards).map(({ id }) => [id, weightOf(rewards, id)] as const);
  const compares = task.given !== undefined || weights.length > 0;
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
    `"""The verifier of Policy Lab's task "${task.title}" as a reward function of TRL."""\n\n${compares ? "import json\nimport os\n" : ""}import re\n`,
    ...[answer, ...(compares ? [rules] : []), ...sources],
    `# By the kind of a problem: the letter that leads its prompt, its verifier, and the settings of the run.\nVERIFIERS = {\n${table.join("\n")}\n}\n`,
    judge(tokenizerOf(taskById(taskId))),
    ...(weights.some(([id]) => id === CHECKPOINT) ? [checkpointPython(rewards, names.checkpoint)] : []),
    weights.length > 0
      ? `# The parts of the reward and their weights.\nWEIGHTS = ${pythonLiteral(Object.fromEntries(weights))}\nLENGTH_TARGET = ${pythonLiteral(rewards.lengthTarget ?? 1)}\nPATTERN = ${pythonLiteral(rewards.patternText ?? "")}  # none: each answer is its own\n\n\n${parted.replaceAll("reward.js", names.own)}`
      : VERDICT,
  ].join("\n\n");
}

/** Names for what rewards the phases from a number on, where it is not what rewards the first. */
export function rewardNames(phase = 1) {
  const name = `reward${phase === 1 ? "" : `_${phase}`}`;
  return { module: name, own: `${name}.js`, checkpoint: name.replace("reward", "reward_checkpoint") };
}

/** Where the reward is the verdict alone. */
const VERDICT = `def earned(prompt, completion, kind, ended):
    """What the run rewarded a completion with: the verdict; 0 where it has no end."""
    return verify(prompt, completion, kind) if ended else 0.0
`;

/** How a reward checkpoint reads a text, and what computes its score. */
function checkpointPython(rewards: AnyValues, folder: string): string {
  const { reads } = checkpointOf(String(rewards.rewardCheckpoint));
  const front = reads.prompt("a").slice(0, -reads.completion("a", "").length);
  const settings = pythonLiteral({ folder, front, openings: reads.chat?.openings ?? [], end: reads.end });
  return `# How the reward checkpoint reads a text.\nCHECKPOINT = ${settings}\n${checkpoint}`;
}

/** What `reward.py` reads beside itself and `answers.json`: a function, and a checkpoint that scores. */
export function rewardData({ rewards }: Pick<RunConfig, "rewards">, names = rewardNames()): ExportFile[] {
  const own = weightOf(rewards, OWN) > 0 ? [{ name: names.own, content: String(rewards.rewardFunction) }] : [];
  const judge = weightOf(rewards, CHECKPOINT) > 0 && checkpointOf(String(rewards.rewardCheckpoint));
  const scores = judge ? huggingFaceFolder(judge, `${names.checkpoint}/`, judge) : [];
  return [...own, ...scores];
}

/** The right answers that a reward in parts compares with: all of somebody's data, or the lab's own to every prompt of the export. */
export function rewardAnswers(config: RunConfig): ExportFile[] {
  const task = taskById(config.task);
  const phases = phasesOf(config).map((phase) => phase.config);
  if (!task.given && phases.every(({ rewards }) => partsIn(rewards).length === 0)) return [];
  const solved = () =>
    Object.fromEntries(
      [...phases.flatMap(askedProblems), ...heldOut(task, config, "id")].map((problem) => [
        problem.prompt,
        rowsOf(task, problem, config.taskParams).map(({ answer: right }) => right),
      ]),
    );
  return [{ name: "answers.json", content: `${JSON.stringify(task.given?.answers() ?? solved())}\n` }];
}

/** What `reward.py` leaves to whoever uses it, one sentence each. */
export function rewardGaps({ task, rewards }: Pick<RunConfig, "task" | "rewards">): string[] {
  const answers =
    "answers.json has one right answer to each prompt of this folder, the lab's own: any other prompt earns 0 of the parts that read it.";
  const own = "The reward function is JavaScript: own_function, in Python beside it, is for you to write after it.";
  const model = "The reward model of pairs stays in the lab: preference, in Python, is for a model of yours.";
  const isOwn = !taskById(task).given && partsIn(rewards).length > 0;
  return [
    ...(isOwn ? [answers] : []),
    ...(weightOf(rewards, OWN) > 0 ? [own] : []),
    ...(weightOf(rewards, PREFERENCE) > 0 ? [model] : []),
  ];
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
