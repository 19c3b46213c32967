import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import type { RunConfig } from "../../lab/config.ts";
import type { OpenedPolicy } from "../../lab/policy/open.ts";
import { checkpointBytes, readCheckpoint } from "../../lab/train/checkpoint.ts";
import { Run } from "../../lab/train/run.ts";
import { type Command, InputError, type Io, type ParsedArgs } from "../command.ts";
import { ENGINE_OPTIONS, openInNode, startingStateInNode } from "../engine.ts";
import { EXPERIMENT_OPTIONS, experimentOf } from "../experiment.ts";
import { readBytes } from "../input.ts";
import { checkReceipt, linkOfRun, receiptIn } from "../linkOfRun.ts";
import type { RunFile } from "../runFile.ts";
import { toTheEnd } from "../toTheEnd.ts";

export const train: Command = {
  name: "train",
  summary: "Trains a policy as the page does and prints the metrics of every step.",
  usage: "<preset | config.json | link>",
  positionals: [0, 1],
  options: {
    ...EXPERIMENT_OPTIONS,
    ...ENGINE_OPTIONS,
    out: { type: "text", value: "run.json", help: "writes the result there, and a checkpoint beside it" },
    resume: { type: "text", value: "run.safetensors", help: "goes on from a checkpoint instead of a new experiment" },
    until: { type: "text", value: "n", help: "stops after this step; a later --resume goes on" },
    json: { type: "flag", help: "prints one JSON object and nothing else" },
  },
  async run(args, io) {
    const { run, opened } = await open(args, io);
    const until = Math.min(args.number("until", { min: 1, max: 1e6, whole: true }) ?? run.steps, run.steps);
    try {
      const file = withLink(run.config, await toTheEnd(run, opened, until, io), args.positionals[0]);
      const out = args.text("out");
      const written = out === undefined ? file : await write(out, file, run);
      io.out(args.flag("json") ? JSON.stringify(written) : summary(written));
      return 0;
    } finally {
      opened.policy.dispose();
    }
  },
};

async function open(args: ParsedArgs, io: Io): Promise<{ run: Run; opened: OpenedPolicy }> {
  const resume = args.text("resume");
  const target = args.positionals[0];
  if (resume !== undefined) {
    if (target !== undefined) throw new InputError(`--resume goes on with its own experiment: leave out "${target}".`);
    const { policy: state, progress } = readCheckpoint(await readBytes(resume));
    const opened = await openInNode(state, args, io);
    return { run: Run.resume(opened.policy, progress), opened };
  }
  if (target === undefined) throw new InputError("a preset, a config.json or a link must follow train, got nothing.");
  const config = await experimentOf(target, args);
  const sender = receiptIn(target, config)?.backend;
  const opened = await openInNode(await startingStateInNode(config, io), args, io, sender);
  return { run: await Run.start(opened.policy, config), opened };
}

/** Adds the link that opens this run on the page, and what came of the receipt in the link that it was trained from. */
function withLink(config: RunConfig, file: RunFile, target: string | undefined): RunFile {
  const receipt = receiptIn(target, config);
  const link = file.steps > 0 ? linkOfRun(config, file) : undefined;
  return { ...file, ...(link && { link }), ...(receipt && { receipt: checkReceipt(receipt, file) }) };
}

async function write(out: string, file: RunFile, run: Run): Promise<RunFile> {
  const path = `${out.replace(/\.json$/, "")}.safetensors`;
  const written = { ...file, checkpoint: basename(path) };
  await writeFile(path, checkpointBytes({ policy: await run.policy.export(), progress: run.progress }));
  await writeFile(out, `${JSON.stringify(written)}\n`);
  return written;
}

function summary({ initial, final, steps, seconds, parameterHash: hash, receipt }: RunFile): string {
  const shown = Object.keys(final).filter((key) => /^(loss|reward|entropy|mu|eval\/|kl)/.test(key));
  const width = Math.max(...shown.map((key) => key.length), 0);
  const number = (value: number | undefined) => (value === undefined ? "–" : value.toPrecision(4));
  const rows = shown.map(
    (key) => `${key.padEnd(width)}  ${number(initial[key]).padStart(10)} → ${number(final[key]).padStart(10)}`,
  );
  const end = `${steps} steps in ${seconds.toFixed(1)} s, weights ${hash}`;
  return [...rows, end, ...(receipt ? [receipt.sentence] : [])].join("\n");
}
