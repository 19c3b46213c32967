import { type Exportable, type ExportSource, exportSource } from "../lab/export/exportSource.ts";
import { readCheckpoint } from "../lab/train/checkpoint.ts";
import { checkpointBeside } from "./checkpointFile.ts";
import { InputError, type Io, type ParsedArgs } from "./command.ts";
import { dataOf } from "./dataFile.ts";
import { openInNode, startingStateInNode, vocabularyInNode } from "./engine.ts";
import { experimentOf } from "./experiment.ts";
import { parseJson, readBytes, readTextFile } from "./input.ts";
import { modelOf } from "./modelOption.ts";
import { checkFunctions, rewardSources } from "./rewardOptions.ts";

/** What the first argument names, as something to take elsewhere: a preset, a config, a link, a run's result or a run's checkpoint. */
export async function exportSourceOf(args: ParsedArgs, io: Io): Promise<ExportSource> {
  return exportSource(await exportable(args, io), {
    startingState: (config) => startingStateInNode(config, io),
    open: async (state) => (await openInNode(state, args, io)).policy,
  });
}

async function exportable(args: ParsedArgs, io: Io): Promise<Exportable> {
  const target = args.positionals[0]!;
  if (/\.safetensors$/i.test(target)) {
    const unread = ["set", "seed", "reward", "reward-function"].filter((name) => args.given(name));
    if (unread.length > 0)
      throw new InputError(`a checkpoint has its own settings: leave out --${unread.join(", --")}.`);
    const model = await modelOf(args, io);
    await dataOf(args, io, model);
    await rewardSources(args, io, model);
    const checkpoint = await readBytes(target);
    const { config } = readCheckpoint(checkpoint).progress;
    checkFunctions(config, {}, args, io);
    await vocabularyInNode(config.task, io);
    return { checkpoint, elsewhere: false };
  }
  const config = await experimentOf(target, args, io);
  await vocabularyInNode(config.task, io);
  const run = target.endsWith(".json") ? parseJson(await readTextFile(target), target) : undefined;
  const file = checkpointBeside(target, run);
  const elsewhere = typeof run === "object" && run !== null && "startedFrom" in run;
  return { config, checkpoint: file === undefined ? undefined : await readBytes(file), elsewhere };
}
