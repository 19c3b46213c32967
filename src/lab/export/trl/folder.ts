import { phasesOf } from "../../experiment/config.ts";
import { nameOf } from "../../experiment/name.ts";
import { type Exported, type ExportFile, jsonLines } from "../exportFile.ts";
import type { ExportSource } from "../exportSource.ts";
import { huggingFaceFolder, ownReader } from "../huggingFace/folder.ts";
import { rewardAnswers } from "../rewards/rewardPython.ts";
import { counterpartOf } from "./counterpart.ts";
import { type FolderPhase, folderReadme, numbered } from "./readme.ts";
import { folderRewards, rewardFiles, rewardModule } from "./rewardFiles.ts";
import { evaluationRows, trainingRows } from "./rows.ts";
import { trainingScript } from "./script.ts";
import { trainingArguments } from "./trainingArguments.ts";
import { REQUIREMENTS } from "./versions.ts";

/** An experiment as a folder for TRL: one script a phase, each from the weights that the one before it wrote. */
export async function trlFolder(source: ExportSource): Promise<Exported> {
  const { config, start, trained } = source;
  const files: ExportFile[] = [];
  const notes: string[] = [];
  const phases: FolderPhase[] = [];
  const rewards = folderRewards(config);
  let model = "model";
  for (const phase of phasesOf(config)) {
    const { number } = phase;
    const title = nameOf(phase.config);
    const general = trainingArguments(phase.config);
    const found = counterpartOf(phase.config);
    if ("lacks" in found) {
      phases.push({ phase, title, counterpart: found.lacks, general });
      notes.push(`No script for ${title}: ${found.lacks}`);
      continue;
    }
    const { recipe } = found;
    const data = numbered(recipe.data, "jsonl", number);
    const script = numbered("train", "py", number);
    const output = number === 1 ? "out" : `out_${number}`;
    files.push({ name: data, content: jsonLines(await trainingRows(source, phase.config, recipe.data)) });
    const places = { title, model, data, output, reward: rewardModule(rewards, phase.config) };
    files.push({ name: script, content: trainingScript(recipe, general, places) });
    phases.push({ phase, title, counterpart: { recipe, script, data }, general });
    model = output;
  }
  if (config.interventions.length > 0)
    notes.push("Changes made by hand are listed in README.md; no script makes them.");
  files.push(
    { name: "eval.jsonl", content: jsonLines(evaluationRows(config)) },
    ...rewardFiles(rewards),
    ...rewardAnswers(config),
    { name: "requirements.txt", content: requirements() },
    { name: "README.md", content: folderReadme(source, phases, rewards) },
    ...huggingFaceFolder(start, "model/", ownReader(config)),
    ...(trained ? huggingFaceFolder(trained.policy, "trained/", ownReader(config)) : []),
  );
  return { files, notes };
}

const requirements = () =>
  Object.entries(REQUIREMENTS)
    .map(([name, version]) => `${name}==${version}\n`)
    .join("");
