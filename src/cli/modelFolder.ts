import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ModelFolder } from "../lab/policy/huggingFaceFolder.ts";
import { InputError } from "./command.ts";
import { readBytes } from "./input.ts";

/** A folder of this machine. @throws {InputError} where the path names no folder */
export async function modelFolder(path: string): Promise<ModelFolder> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) {
    const came = found ? "a file: give the folder that it lies in" : "no such folder";
    throw new InputError(`${path} must be a folder with config.json and model.safetensors, got ${came}.`);
  }
  const entries = await readdir(path, { withFileTypes: true });
  return {
    name: path,
    // Links too: the cache of the hub is made of them.
    files: entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name),
    read: (file) => readBytes(join(path, file)),
  };
}
