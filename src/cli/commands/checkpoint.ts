import { readConfig } from "../../lab/experiment/config.ts";
import type { Metrics } from "../../lab/objectives/objective.ts";
import { randomWeights } from "../../lab/policy/init.ts";
import { readWeightsFile, writeWeightsFile } from "../../lab/policy/native.ts";
import { freshState } from "../../lab/policy/policy.ts";
import { parameterCount, SIZES, type SizeName } from "../../lab/policy/shape.ts";
import { taskById } from "../../lab/tasks/index.ts";
import {
  checkpointCommand,
  checkpointFile,
  type NativeCheckpoint,
  nativeCheckpoint,
  type Stage,
  type Task,
} from "../../lab/tasks/task.ts";
import { crc32 } from "../../lab/train/crc32.ts";
import { evaluate } from "../../lab/train/evaluate.ts";
import { BATCH, pretrain, stepsOf } from "../../lab/train/pretrain.ts";
import { type Command, InputError, type ParsedArgs } from "../command.ts";
import { ENGINE_OPTIONS, openInNode } from "../engine.ts";
import { Progress } from "../progress.ts";

/** Problems in the evaluation that the table beside the shipped files shows. */
const EVALUATED = 512;

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
    const shape = SIZES[size];
    const seed = args.number("seed", { min: 0, max: 2 ** 31 - 1, whole: true }) ?? 1;
    const stages = stagesOf(native, args);
    const { config } = readConfig({ ...native.params, task: task.id, seed, evalProblems: EVALUATED });

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

    const made = { task: task.id, command: commandFor(task, native, stages, seed, size) };
    const bytes = writeWeightsFile({ shape, weights: (await policy.export()).weights, made });
    // What is measured is what is shipped: the weights after rounding.
    await policy.import(freshState(shape, readWeightsFile(bytes).weights));
    await policy.snapshot("start");
    const { metrics } = await evaluate(policy, task, config, 0);
    policy.dispose();
    await io.write([[args.text("out") ?? `${checkpointFile(task, native)}.safetensors`, bytes]]);
    const parameters = parameterCount(shape);
    const checksum = crc32(bytes);
    const result = { ...made, size, parameters, bytes: bytes.length, checksum, seed, steps, seconds, metrics };
    io.out(args.flag("json") ? JSON.stringify(result) : `${tableOf(metrics)}\nchecksum  ${checksum}`);
    return 0;
  },
};

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
