import { basename } from "node:path";
import type { Io } from "./command.ts";
import { checkOut, lockOut } from "./outFile.ts";
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
export async function takeOut(out: string): Promise<() => Promise<void>> {
  await checkOut(out);
  await checkOut(checkpointPath(out));
  return lockOut(out);
}

export function runOutput(path: string, io: Io): RunOutput {
  const beside = checkpointPath(path);
  let said = "";
  /** The step of what this run has written. */
  let kept: number | undefined;

  async function write(file: RunFile, checkpoint: Uint8Array): Promise<Finished> {
    const written = { ...file, checkpoint: basename(beside) };
    try {
      await io.write([
        [beside, checkpoint],
        [path, `${JSON.stringify(written)}\n`],
      ]);
      kept = file.steps;
      return { written };
    } catch (error) {
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
      const left =
        kept === undefined
          ? "Nothing of this run is kept; a file that was there before is as it was."
          : `What is there is the run at step ${kept}, whole: --resume ${beside} goes on from it.`;
      return { failure: new Error(`${failure.message} ${left}`, { cause: failure }) };
    },
  };
}
