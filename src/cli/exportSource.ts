import { type Exportable, type ExportSource, exportSource } from "../lab/export/exportSource.ts";
import { checkpointBeside } from "./checkpointFile.ts";
import type { Io, ParsedArgs } from "./command.ts";
import { dataOf } from "./dataFile.ts";
import { openInNode, startingStateInNode } from "./engine.ts";
import { experimentOf } from "./experiment.ts";
import { parseJson, readBytes, readTextFile } from "./input.ts";
import { modelOf } from "./modelOption.ts";

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
    await dataOf(args, io, await modelOf(args, io));
    return { checkpoint: await readBytes(target), elsewhere: false };
  }
  const config = await experimentOf(target, args, io);
  const run = target.endsWith(".json") ? parseJson(await readTextFile(target), target) : undefined;
  const file = checkpointBeside(target, run);
  const elsewhere = typeof run === "object" && run !== null && "startedFrom" in run;
  return { config, checkpoint: file === undefined ? undefined : await readBytes(file), elsewhere };
}
