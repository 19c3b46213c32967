import { readConfig } from "../../lab/experiment/config.ts";
import type { Metrics } from "../../lab/objectives/objective.ts";
import { randomWeights } from "../../lab/policy/init.ts";
import { readWeightsFile, writeWeightsFile } from "../../lab/policy/native.ts";
import { freshState } from "../../lab/policy/policy.ts";
import { parameterCount, SIZES, type SizeName } from "../../lab/policy/shape.ts";
import { rngFor, Streams } from "../../lab/rng.ts";
import { taskById } from "../../lab/tasks/index.ts";
import {
  checkpointCommand,
  checkpointFile,
  type NativeCheckpoint,
  nativeCheckpoint,
  type Stage,
  type Task,
  vocabularyOf,
} from "../../lab/tasks/task.ts";
import { knowVocabulary } from "../../lab/tasks/vocabularies.ts";
import { SPECIALS } from "../../lab/tokenizer/characters.ts";
import { bpeFile } from "../../lab/tokenizer/tokenizerFile.ts";
import { trainBpe } from "../../lab/tokenizer/trainBpe.ts";
import { crc32 } from "../../lab/train/crc32.ts";
import { evaluate } from "../../lab/train/evaluate.ts";
import { BATCH, pretrain, stepsOf } from "../../lab/train/pretrain.ts";
import { readVocabulary, vocabularyStamp } from "../../lab/train/shippedVocabulary.ts";
import { type Command, InputError, type ParsedArgs } from "../command.ts";
import { ENGINE_OPTIONS, openInNode } from "../engine.ts";
import { checkOut } from "../outFile.ts";
import { Progress } from "../progress.ts";

/** Problems in the evaluation that the table beside the shipped files shows. */
const EVALUATED = 512;
/** Texts that a vocabulary is learned from, and their seed: one vocabulary for a task, whatever the seed of its weights. */
const CORPUS = { size: 20_000, seed: 1 };

export const checkpoint: Command = {
  name: "checkpoint",
  summary: "Trains a native checkpoint of a task by its recipe and writes it.",
  usage: "<task>",
  positionals: [1, 1],
  options: {
    ...ENGINE_OPTIONS,
    name: { type: "text", value: "checkpoint", help: "which of the task's checkpoints; the usual one otherwise" },
    out: { type: "text", value: "file", help: "where to write; the shipped file's name in this folder otherwise" },
    seed: { type: "text", value: "1", help: "the seed" },
    steps: { type: "text", value: "n", help: "updates; the recipe's number otherwise (recipes of one stage)" },
    lr: { type: "text", value: "n", help: "learning rate; the recipe's otherwise (recipes of one stage)" },
    batch: { type: "text", value: "64", help: "demonstrations in one update (recipes of one stage)" },
    size: { type: "text", value: Object.keys(SIZES).join("|"), help: "size of the policy; the recipe's otherwise" },
    json: { type: "flag", help: "prints one JSON object and nothing else" },
  },
  async run(args, io) {
    const task = taskById(args.positionals[0]!);
    const native = nativeCheckpoint(task, args.text("name"));
    const size = sizeOf(args.text("size") ?? native.size);
    const shape = { ...SIZES[size], vocabSize: vocabularyOf(task) };
    const seed = args.number("seed", { min: 0, max: 2 ** 31 - 1, whole: true }) ?? 1;
    const out = args.text("out") ?? `${checkpointFile(task, native)}.safetensors`;
    const beside = out.replace(/(\.safetensors)?$/, ".tokenizer.json");
    for (const path of task.vocabulary ? [out, beside] : [out]) await checkOut(path, args);
    const stages = stagesOf(native, args);
    const { config } = readConfig({ ...native.params, task: task.id, seed, evalProblems: EVALUATED });
    const vocabulary = await madeVocabulary(task);

    const opened = await openInNode(freshState(shape, randomWeights(shape, seed)), args, io);
    const { policy } = opened;
    io.err(`${task.title}, ${parameterCount(shape)} parameters: ${opened.reason}`);
    const started = performance.now();
    const steps = stepsOf(stages);
    const progress = new Progress(io, steps);
    let step = 0;
    for await (const loss of pretrain(policy, task, { seed, stages, params: config.taskParams })) {
      progress.update(++step, { loss });
    }
    progress.end();
    const seconds = (performance.now() - started) / 1000;

    const command = commandFor(task, native, stages, seed, size);
    const made = { task: task.id, command, ...vocabularyStamp(task) };
    const bytes = writeWeightsFile({ shape, weights: (await policy.export()).weights, made });
    // What is measured is what is shipped: the weights after rounding.
    await policy.import(freshState(shape, readWeightsFile(bytes).weights));
    await policy.snapshot("start");
    const { metrics } = await evaluate(policy, task, config, 0);
    policy.dispose();
    await io.write([[out, bytes], ...(vocabulary ? [[beside, vocabulary] as const] : [])]);
    const parameters = parameterCount(shape);
    const checksums = {
      checksum: crc32(bytes),
      ...(vocabulary && { tokenizerChecksum: crc32(vocabulary) }),
    };
    const result = { ...made, size, parameters, bytes: bytes.length, ...checksums, seed, steps, seconds, metrics };
    const sums = Object.entries(checksums).map(([key, sum]) => `${key}  ${sum}`);
    io.out(args.flag("json") ? JSON.stringify(result) : [tableOf(metrics), ...sums].join("\n"));
    return 0;
  },
};

/**
 * The `tokenizer.json` of a task's vocabulary, learned from demonstrations in the native style and the expert's at the usual settings,
 * and known from here on; undefined for a task that is read in characters.
 */
async function madeVocabulary(task: Task): Promise<Uint8Array | undefined> {
  const { vocabulary } = task;
  if (!vocabulary) return undefined;
  const params = readConfig({ task: task.id }).config.taskParams;
  const texts = Array.from({ length: CORPUS.size }, (_, row) => {
    const rng = rngFor({ seed: CORPUS.seed, stream: Streams.demos, step: 0 }, row);
    const problem = task.problem(rng, "train", params);
    return problem.prompt + task.demonstrate(problem, row % 8 === 0 ? "expert" : "native", rng, params);
  });
  const bytes = new TextEncoder().encode(JSON.stringify(bpeFile(trainBpe(texts, vocabulary.size - SPECIALS.length))));
  knowVocabulary(vocabulary, { tokenizer: await readVocabulary(vocabulary, bytes), file: bytes });
  return bytes;
}

function sizeOf(size: string): SizeName {
  if (Object.hasOwn(SIZES, size)) return size as SizeName;
  throw new InputError(`--size must be one of ${Object.keys(SIZES).join(", ")}, got "${size}".`);
}

/** The stages of a recipe, its numbers changed where the options say so. @throws {InputError} where it has several. */
function stagesOf({ name, stages }: NativeCheckpoint, args: ParsedArgs): readonly Stage[] {
  const steps = args.number("steps", { min: 1, max: 100_000, whole: true });
  const batch = args.number("batch", { min: 1, max: 1024, whole: true });
  const lr = args.number("lr", { min: 1e-6, max: 0.1 });
  const changes = { ...(steps && { steps }), ...(batch && { batch }), ...(lr && { lr }) };
  const [key] = Object.keys(changes);
  if (key && stages.length > 1) {
    throw new InputError(
      `--${key} must be left out for ${name}, which is made in ${stages.length} stages, each with its own.`,
    );
  }
  return stages.map((stage) => ({ batch: BATCH, ...stage, ...changes }));
}

/** The command that makes the same file again. */
function commandFor(
  task: Task,
  native: NativeCheckpoint,
  stages: readonly Stage[],
  seed: number,
  size: SizeName,
): string {
  const [stage, ...more] = stages;
  const numbers = more.length > 0 ? "" : ` --steps ${stage!.steps} --batch ${stage!.batch} --lr ${stage!.lr}`;
  return `${checkpointCommand(task, native)} --seed ${seed}${numbers} --size ${size}`;
}

function tableOf(metrics: Metrics): string {
  return Object.entries(metrics)
    .map(([key, value]) => `${key}  ${value.toFixed(3)}`)
    .join("\n");
}
