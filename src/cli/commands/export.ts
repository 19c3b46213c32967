import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ExportFile } from "../../lab/export/exportFile.ts";
import { CLUSTERS, type Cluster, exportFolder } from "../../lab/export/exportFolder.ts";
import { huggingFaceFolder, ownReader } from "../../lab/export/huggingFace/folder.ts";
import { parameterCount } from "../../lab/policy/shape.ts";
import { TASKS } from "../../lab/tasks/index.ts";
import { checkVocabulary } from "../../lab/train/shippedVocabulary.ts";
import { taskInFile, weightsInFile } from "../../lab/train/startingState.ts";
import { readCheckpointFile } from "../checkpointFile.ts";
import { type Command, InputError, type Io, type ParsedArgs } from "../command.ts";
import { ENGINE_OPTIONS, vocabularyInNode } from "../engine.ts";
import { SETTING_OPTIONS } from "../experiment.ts";
import { exportSourceOf } from "../exportSource.ts";
import { modelOf } from "../modelOption.ts";
import { checkOutFolder, refuseFolder, refuseRead } from "../outFile.ts";
import { tokensOfRun } from "../tokensOfRun.ts";

const FORMATS = ["hf", ...CLUSTERS, "tokens"] as const;
type Format = (typeof FORMATS)[number];

export const exportCommand: Command = {
  name: "export",
  summary:
    "Takes a run elsewhere: weights for transformers, a folder for TRL or Trinity-RFT, its tokens as JSON Lines.",
  usage: "<run.json | checkpoint.safetensors | preset | config.json | link>",
  positionals: [1, 1],
  options: {
    format: {
      type: "text",
      value: FORMATS.join("|"),
      help: "hf: AutoModelForCausalLM opens it (as usual); trl, trinity: data, reward, weights and script; tokens: one file",
    },
    out: { type: "text", value: "folder", help: "where to write; made where it is missing. For tokens: the file" },
    ...SETTING_OPTIONS,
    ...ENGINE_OPTIONS,
    json: { type: "flag", help: "prints one JSON object and nothing else" },
  },
  details: `hf takes the weights of a run.json or of a checkpoint. trl and trinity take any experiment, trained or not; trinity needs
CHORD. tokens takes a run.json with tokens: one that the page exported, or that lab train --tokens wrote.`,
  async run(args, io) {
    const format = FORMATS.find((one) => one === (args.text("format") ?? "hf"));
    if (!format) throw new InputError(`--format must be one of ${FORMATS.join(", ")}, got "${args.text("format")}".`);
    const out = args.text("out");
    if (out === undefined) throw new InputError("--out must name the folder to write, got nothing.");
    if (format === "hf" || format === "tokens") refuseUnread(format, args);
    await (format === "tokens" ? refuseFolder(out) : checkOutFolder(out));
    const { files, notes, ...said } = await filesOf(format, out, args, io);
    const pathOf = (name: string) => (format === "tokens" ? out : join(out, name));
    for (const { name } of files) await refuseRead(pathOf(name), args);
    for (const note of notes) io.err(note);
    for (const { name, content } of files) {
      const path = pathOf(name);
      await mkdir(dirname(path), { recursive: true });
      await io.write([[path, content]]);
    }
    const names = files.map(({ name }) => name);
    io.out(
      args.flag("json")
        ? JSON.stringify({ out, format, ...said, files: names, ...(notes.length > 0 && { notes }) })
        : `${out} holds ${names.join(", ")}${said.parameters === undefined ? "" : `: ${said.parameters} parameters`}`,
    );
    return 0;
  },
};

interface Written {
  readonly files: readonly ExportFile[];
  readonly notes: readonly string[];
  readonly parameters?: number;
}

async function filesOf(format: Format, out: string, args: ParsedArgs, io: Io): Promise<Written> {
  const target = args.positionals[0]!;
  if (format === "tokens") return { files: [{ name: out, content: await tokensOfRun(target, io) }], notes: [] };
  if (format !== "hf") return clusterFolder(format, args, io);
  // From a run's result (the checkpoint lies beside it), a run's checkpoint, or a file of weights alone.
  const bytes = await readCheckpointFile(target);
  const { shape, weights } = weightsInFile(bytes);
  const model = await modelOf(args, io);
  if (model && model.shape.vocabSize !== shape.vocabSize)
    throw new InputError(
      `--model must have the vocabulary of the weights, ${shape.vocabSize} tokens, got ${model.shape.vocabSize}.`,
    );
  const files = huggingFaceFolder({ shape, weights }, "", model ?? (await readerOfFile(bytes, io)));
  const lacks = files.every(({ name }) => name !== "tokenizer.json");
  const notes = lacks ? ["The tokenizer is that of another model: --model <its folder> writes it along."] : [];
  return { files, notes, parameters: parameterCount(shape) };
}

/** What reads for the weights of this file, where it names a task with a vocabulary of its own. */
async function readerOfFile(bytes: Uint8Array, io: Io): Promise<ReturnType<typeof ownReader>> {
  const named = taskInFile(bytes);
  const task = TASKS.find(({ id, vocabulary }) => vocabulary && id === named);
  if (task === undefined) return undefined;
  await vocabularyInNode(task.id, io);
  checkVocabulary(task, bytes);
  return ownReader({ task: task.id });
}

async function clusterFolder(cluster: Cluster, args: ParsedArgs, io: Io): Promise<Written> {
  const source = await exportSourceOf(args, io);
  return { ...(await exportFolder(cluster, source)), parameters: parameterCount(source.start.shape) };
}

/** Options that a format does not read are refused, as everywhere. */
function refuseUnread(format: Format, args: ParsedArgs): void {
  const names = Object.keys({ ...SETTING_OPTIONS, ...ENGINE_OPTIONS });
  const unread = names.filter((name) => args.given(name) && (name !== "model" || format === "tokens"));
  if (unread.length > 0)
    throw new InputError(`--format ${format} changes nothing of the run: leave out --${unread.join(", --")}.`);
}
