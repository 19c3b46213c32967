import { dirname, join } from "node:path";
import { InputError } from "./command.ts";
import { parseJson, readBytes, readTextFile } from "./input.ts";

/** The bytes of a checkpoint: of the file itself, or of the one that a run's result names. @throws {InputError} */
export async function readCheckpointFile(path: string): Promise<Uint8Array> {
  if (!/\.json$/i.test(path)) return readBytes(path);
  const file = checkpointBeside(path, parseJson(await readTextFile(path), path));
  if (file !== undefined) return readBytes(file);
  throw new InputError(`${path} must name the checkpoint that lab train --out writes beside it, got none.`);
}

/**
 * Where the checkpoint lies that a run's result names: in the result's own folder, so that a file from a stranger names
 * nothing else. Undefined where it names none, also in a config, whose checkpoint is a setting. @throws {InputError} for anything but the name of a .safetensors file
 */
export function checkpointBeside(path: string, run: unknown): string | undefined {
  if (typeof run !== "object" || run === null || !("checkpoint" in run)) return undefined;
  if ("task" in run && !("config" in run)) return undefined;
  const name = run.checkpoint;
  if (name === undefined || name === null) return undefined;
  if (typeof name === "string" && /^[^/\\]+\.safetensors$/i.test(name)) return join(dirname(path), name);
  throw new InputError(
    `${path} must name a .safetensors file of its own folder as its checkpoint, got ${JSON.stringify(name).slice(0, 80)}.`,
  );
}
