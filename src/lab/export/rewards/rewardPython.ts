import type { AnyValues } from "../../schema.ts";
import { taskById } from "../../tasks/index.ts";
import { readBy } from "../../tasks/models.ts";
import { type Task, tokenizerOf } from "../../tasks/task.ts";
import type { Tokenizer } from "../../tokenizer/tokenizer.ts";
import { beginOf } from "../beginOf.ts";
import type { ExportFile } from "../exportFile.ts";
import { pythonLiteral } from "../pythonLiteral.ts";
import addition from "./addition.py?raw";
import answer from "./answer.py?raw";
import brackets from "./brackets.py?raw";
import countdown from "./countdown.py?raw";
import data from "./data.py?raw";
import parity from "./parity.py?raw";
import paths from "./paths.py?raw";
import sentence from "./sentence.py?raw";
import sort from "./sort.py?raw";

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
};

/**
 * `reward.py`: the verifier of a task as a reward function of TRL. A dataset's column `kind` says which verifier judges a row.
 * As in the lab, a completion that was cut off before `<eos>` earns 0.
 */
export function rewardPython(taskId: string, params: AnyValues): string {
  // A verifier reads texts, whichever model wrote them.
  const task = taskById(readBy(taskId, undefined));
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
  ].join("\n\n");
}

/** What `reward.py` reads beside itself: the right answers of every prompt, where they are rows of data. */
export function rewardData(taskId: string): ExportFile[] {
  const answers = taskById(taskId).given?.answers();
  return answers ? [{ name: "answers.json", content: `${JSON.stringify(answers)}\n` }] : [];
}

const judge = (reads: Tokenizer) => `EOS = ${reads.end}  # the id of ${reads.label(reads.end)}


def verify(prompt, completion, kind):
    """The reward of one completion, from 0 to 1."""
    letter, verifier, settings = VERIFIERS[kind]
    prompt = prompt.removeprefix(${JSON.stringify(beginOf(reads))}).removeprefix(letter)
    return verifier(prompt, completion, **settings)


def reward(prompts, completions, kind, completion_ids=None, **_):
    """The rewards of a batch, in TRL's form; 0 where a completion has no end."""
    ids = completion_ids or [[EOS]] * len(completions)
    return [
        verify(prompt, completion, one) if EOS in written else 0.0
        for prompt, completion, one, written in zip(prompts, completions, kind, ids)
    ]
`;
