import { writeFile } from "node:fs/promises";
import { readConfig } from "../../lab/experiment/config.ts";
import { randomWeights } from "../../lab/policy/init.ts";
import { readWeightsFile, writeWeightsFile } from "../../lab/policy/native.ts";
import { freshState } from "../../lab/policy/policy.ts";
import { parameterCount, SIZES, type SizeName } from "../../lab/policy/shape.ts";
import { taskById } from "../../lab/tasks/index.ts";
import { evaluate } from "../../lab/train/evaluate.ts";
import { pretrain } from "../../lab/train/pretrain.ts";
import { type Command, InputError } from "../command.ts";
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
    out: { type: "text", value: "file", help: "where to write; <task>.safetensors otherwise" },
    seed: { type: "text", value: "1", help: "the seed" },
    steps: { type: "text", value: "n", help: "updates; the recipe's number otherwise" },
    lr: { type: "text", value: "n", help: "learning rate; the recipe's otherwise" },
    batch: { type: "text", value: "64", help: "demonstrations in one update" },
    size: { type: "text", value: Object.keys(SIZES).join("|"), help: "size of the policy" },
    json: { type: "flag", help: "prints one JSON object and nothing else" },
  },
  async run(args, io) {
    const task = taskById(args.positionals[0]!);
    const size = args.text("size") ?? "tiny";
    if (!Object.hasOwn(SIZES, size))
      throw new InputError(`--size must be one of ${Object.keys(SIZES).join(", ")}, got "${size}".`);
    const shape = SIZES[size as SizeName];
    const seed = args.number("seed", { min: 0, max: 2 ** 31 - 1, whole: true }) ?? 1;
    const steps = args.number("steps", { min: 1, max: 100_000, whole: true }) ?? task.recipe.steps;
    const batch = args.number("batch", { min: 1, max: 1024, whole: true }) ?? 64;
    const lr = args.number("lr", { min: 1e-6, max: 0.1 }) ?? task.recipe.lr;
    const { config } = readConfig({ task: task.id, seed, evalProblems: EVALUATED });

    const opened = await openInNode(freshState(shape, randomWeights(shape, seed)), args, io);
    const { policy } = opened;
    io.err(`${task.title}, ${parameterCount(shape)} parameters: ${opened.reason}`);
    const started = performance.now();
    const progress = new Progress(io, steps);
    let step = 0;
    for await (const loss of pretrain(policy, task, { seed, steps, batch, lr, params: config.taskParams })) {
      progress.update(++step, { loss });
    }
    progress.end();
    const seconds = (performance.now() - started) / 1000;

    const made = {
      task: task.id,
      command: `lab checkpoint ${task.id} --seed ${seed} --steps ${steps} --batch ${batch} --lr ${lr} --size ${size}`,
    };
    const bytes = writeWeightsFile({ shape, weights: (await policy.export()).weights, made });
    // What is measured is what is shipped: the weights after rounding.
    await policy.import(freshState(shape, readWeightsFile(bytes).weights));
    await policy.snapshot("start");
    const { metrics } = await evaluate(policy, task, config, 0);
    policy.dispose();
    const out = args.text("out") ?? `${task.id}.safetensors`;
    await writeFile(out, bytes);
    const result = {
      ...made,
      size,
      parameters: parameterCount(shape),
      bytes: bytes.length,
      seed,
      steps,
      seconds,
      metrics,
    };
    io.out(
      args.flag("json")
        ? JSON.stringify(result)
        : Object.entries(metrics)
            .map(([key, value]) => `${key}  ${value.toFixed(3)}`)
            .join("\n"),
    );
    return 0;
  },
};
