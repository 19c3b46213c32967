import type { FlatConfig, Phase, RunConfig } from "../../experiment/config.ts";
import { flatten } from "../../experiment/config.ts";
import { algorithmsOf } from "../../experiment/phases.ts";
import { CHECKPOINT, weightOf } from "../../rewards/rules/weights.ts";
import { taskById } from "../../tasks/index.ts";
import type { ExportSource } from "../exportSource.ts";
import type { Argument, Recipe } from "./recipe.ts";

/** One phase of a folder: its script and data, or why there is none. */
export interface FolderPhase {
  readonly phase: Phase;
  readonly title: string;
  readonly counterpart: { readonly recipe: Recipe; readonly script: string; readonly data: string } | string;
  readonly general: readonly Argument[];
}

/** `README.md` of a folder for TRL: what is in it, which knob became which argument, what has no counterpart. */
export function folderReadme(source: ExportSource, phases: readonly FolderPhase[]): string {
  const { config, trained, startIsLost } = source;
  const runs = phases.flatMap(({ counterpart }) => (typeof counterpart === "string" ? [] : [counterpart.script]));
  return [
    `# ${algorithmsOf(config)} on ${taskById(config.task).title}, for TRL`,
    "Written by Policy Lab.",
    runs.length > 0
      ? `\`\`\`sh\npip install -r requirements.txt\n${runs.map((script) => `python ${script}`).join("\n")}\n\`\`\``
      : "There is no script in this folder: TRL has no trainer for this algorithm, see below.",
    "| file | what it is |\n| --- | --- |",
    [
      `| \`model/\` | ${startIsLost ? "the weights as they were trained here: those that the run started from were a file, and are not known" : "the policy that the run starts from"}, with its tokenizer (one token a character) |`,
      ...(trained ? [`| \`trained/\` | the policy after ${trained.step} updates in the lab |`] : []),
      "| `reward.py` | the task's verifier as a reward function |",
      ...(weightOf(config.rewards, CHECKPOINT) > 0
        ? [
            "| `reward_checkpoint/` | the model with a scalar head whose score is a part of the reward: `reward.py` loads it, and `AutoModelForSequenceClassification` opens it |",
          ]
        : []),
      "| `eval.jsonl` | held-out problems; each script prints the accuracy on them before and after |",
      ...phases.flatMap(({ counterpart }) =>
        typeof counterpart === "string"
          ? []
          : [`| \`${counterpart.data}\` | what \`${counterpart.script}\` trains on |`],
      ),
    ].join("\n"),
    ...phases.map((phase) => phaseText(phase, phases.length > 1)),
    changesText(config),
  ]
    .filter((text) => text !== "")
    .join("\n\n")
    .replace("| --- | --- |\n\n|", "| --- | --- |\n|")
    .concat("\n");
}

function phaseText({ phase, title, counterpart, general }: FolderPhase, several: boolean): string {
  const head = several ? `## Phase ${phase.number}: ${title}` : `## ${title}`;
  if (typeof counterpart === "string") return `${head}\n\n${counterpart}`;
  const { recipe, script } = counterpart;
  const all = [...recipe.own, recipe.batch, ...general];
  const rows = all.map(({ name, value, knobs, note }) =>
    row([knobs.join(", ") || "–", `\`${name}\``, value === undefined ? "left out" : JSON.stringify(value), note ?? ""]),
  );
  const rest = without(flatten(phase.config), all);
  return [
    head,
    `\`${script}\` trains with \`${recipe.trainer}\`.`,
    `| knob of the lab | argument of \`${recipe.config}\` | value | |\n| --- | --- | --- | --- |\n${rows.join("\n")}`,
    recipe.differences.length > 0 ? recipe.differences.map((sentence) => `- ${sentence}`).join("\n") : "",
    `No argument of the trainer stands for these: ${Object.entries(rest)
      .map(([key, value]) => `${key} ${JSON.stringify(value)}`)
      .join(", ")}. Those of the task and of the data are in the files; the others have no counterpart in TRL.`,
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

/** Cells of a table. */
const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

/** The settings that no argument stands for. */
function without(settings: FlatConfig, all: readonly Argument[]): FlatConfig {
  const said = new Set(["task", "algorithm", ...all.flatMap(({ knobs }) => knobs)]);
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !said.has(key) && !key.startsWith("phase")));
}

function changesText({ interventions }: RunConfig): string {
  if (interventions.length === 0) return "";
  const list = interventions.map(({ step, key, value }) => `- before step ${step}: ${key} ${JSON.stringify(value)}`);
  return `## Changes made by hand\n\nNo script makes them:\n\n${list.join("\n")}`;
}

/** How many phases there are, for names of files: the first has no number. */
export const numbered = (name: string, ending: string, number: number): string =>
  number === 1 ? `${name}.${ending}` : `${name}_${number}.${ending}`;
