import type { RunConfig } from "../lab/experiment/config.ts";
import type { ExportSource } from "../lab/export/exportSource.ts";
import { freshState } from "../lab/policy/policy.ts";
import { readCheckpoint } from "../lab/train/checkpoint.ts";
import { checkpointBeside } from "./checkpointFile.ts";
import type { Io, ParsedArgs } from "./command.ts";
import { openInNode, startingStateInNode } from "./engine.ts";
import { experimentOf } from "./experiment.ts";
import { parseJson, readBytes, readTextFile } from "./input.ts";

/** What the first argument names, as something to take elsewhere: a preset, a config, a link, a run's result or a run's checkpoint. */
export async function exportSource(args: ParsedArgs, io: Io): Promise<ExportSource> {
  const target = args.positionals[0]!;
  if (/\.safetensors$/i.test(target)) {
    const checkpoint = readCheckpoint(await readBytes(target));
    return sourceOf(checkpoint.progress.config, checkpoint, false, args, io);
  }
  const config = await experimentOf(target, args, io);
  const run = target.endsWith(".json") ? parseJson(await readTextFile(target), target) : undefined;
  const file = checkpointBeside(target, run);
  const elsewhere = typeof run === "object" && run !== null && "startedFrom" in run;
  return sourceOf(config, file === undefined ? undefined : readCheckpoint(await readBytes(file)), elsewhere, args, io);
}

async function sourceOf(
  config: RunConfig,
  checkpoint: ReturnType<typeof readCheckpoint> | undefined,
  elsewhere: boolean,
  args: ParsedArgs,
  io: Io,
): Promise<ExportSource> {
  const lost = elsewhere && checkpoint !== undefined;
  const state = lost
    ? freshState(checkpoint.policy.shape, checkpoint.policy.snapshots.start ?? checkpoint.policy.weights)
    : await startingStateInNode(config, io);
  return {
    config,
    start: state,
    trained: checkpoint && { policy: checkpoint.policy, step: checkpoint.progress.step },
    ...(lost && !checkpoint.policy.snapshots.start && { startIsLost: true }),
    open: async () => (await openInNode(state, args, io)).policy,
  };
}
