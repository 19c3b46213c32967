import { basename } from "node:path";
import type { Io, ParsedArgs } from "./command.ts";
import { checkOut, lockOut, UnwrittenError } from "./outFile.ts";
import type { RunFile } from "./runFile.ts";

/** What a run leaves under `--out`: its result, and the checkpoint beside it that the result names. */
export interface RunOutput {
  readonly path: string;
  /** Writes the run so far. Where that cannot be, this is said, and the run goes on. @returns whether it is written */
  keep(file: RunFile, checkpoint: Uint8Array): Promise<boolean>;
  /** Writes the end of the run. @returns the result as it is written, or why it is not, in sentences */
  finish(file: RunFile, checkpoint: () => Promise<Uint8Array>): Promise<Finished>;
}

interface Finished {
  readonly written?: RunFile;
  readonly failure?: Error;
}

const checkpointPath = (out: string) => `${out.replace(/\.json$/, "")}.safetensors`;

/** Takes `out` for this process, before anything is computed. @returns how to give it back @throws {InputError} where it cannot be written */
export async function takeOut(out: string, args: ParsedArgs): Promise<() => Promise<void>> {
  await checkOut(out, args);
  // A run that goes on from the checkpoint there writes a later one in its place.
  const resumed = args.text("resume");
  await checkOut(checkpointPath(out), { read: args.read.filter((path) => path !== resumed) });
  return lockOut(out);
}

export function runOutput(path: string, io: Io): RunOutput {
  const beside = checkpointPath(path);
  let said = "";
  /** The steps of what this run has written of each. */
  const kept: { result?: number; checkpoint?: number } = {};

  async function write(file: RunFile, checkpoint: Uint8Array): Promise<Finished> {
    const written = { ...file, checkpoint: basename(beside) };
    try {
      await io.write([
        [beside, checkpoint],
        [path, `${JSON.stringify(written)}\n`],
      ]);
      kept.result = kept.checkpoint = file.steps;
      return { written };
    } catch (error) {
      if (error instanceof UnwrittenError && error.placed.includes(beside)) kept.checkpoint = file.steps;
      return { failure: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  return {
    path,
    async keep(file, checkpoint) {
      const { failure } = await write(file, checkpoint);
      if (failure && failure.message !== said)
        io.err(`${failure.message} The run goes on, and is written once it can be.`);
      said = failure?.message ?? "";
      return !failure;
    },
    async finish(file, checkpoint) {
      const finished = await write(file, await checkpoint());
      const { failure } = finished;
      if (!failure) return finished;
      return { failure: new Error(`${failure.message} ${left()}`, { cause: failure }) };
    },
  };

  /** What there is of the run where its end could not be written, in a sentence. */
  function left(): string {
    const { result, checkpoint } = kept;
    if (checkpoint === undefined) return "Nothing of this run is kept; a file that was there before is as it was.";
    if (result === checkpoint)
      return `What is there is the run at step ${result}, whole: --resume ${beside} goes on from it.`;
    const older = result === undefined ? "is as it was before the run" : `is that of step ${result}`;
    return `The checkpoint there is that of step ${checkpoint}, and --resume ${beside} goes on from it; ${path} ${older}.`;
  }
}
