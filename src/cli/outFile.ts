import { constants } from "node:fs";
import { access, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { InputError } from "./command.ts";

/** Whether a result can be written to `path`, asked before anything is computed. @throws {InputError} in one sentence */
export async function checkOut(path: string): Promise<void> {
  const folder = dirname(path);
  const parent = await stat(folder).catch(() => undefined);
  if (!parent?.isDirectory())
    throw new InputError(`--out ${path} must lie in a folder that exists, got ${parent ? "a file" : "none"}.`);
  const file = await stat(path).catch(() => undefined);
  if (file?.isDirectory()) throw new InputError(`--out ${path} must name a file, got a folder.`);
  for (const place of file ? [folder, path] : [folder]) {
    const denied = await access(place, constants.W_OK).then(
      () => false,
      () => true,
    );
    if (denied) throw new InputError(`--out ${path} must be writable, got ${place}, which is read-only.`);
  }
}

/** Writes a file whole or not at all: under a temporary name beside it, which then takes its place. An older one stays until then. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, "w");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Takes `path` for this process, so that another one with the same `--out` does not overwrite it in silence. Answers how to
 * give it back. A lock whose process has ended is taken over. @throws {InputError} where a process that lives has it
 */
export async function lockOut(path: string): Promise<() => Promise<void>> {
  const lock = `${path}.lock`;
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(lock, "wx");
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(lock, { force: true });
    } catch (error) {
      if (!(error instanceof Error) || !("code" in error) || error.code !== "EEXIST") throw error;
      const owner = Number(await readFile(lock, "utf8").catch(() => ""));
      if (isAlive(owner))
        throw new InputError(`--out ${path} must belong to one run at a time, got another one (process ${owner}).`);
      await rm(lock, { force: true });
    }
  }
  throw new InputError(`--out ${path} must belong to one run at a time, got another one that takes it now.`);
}

function isAlive(process_: number): boolean {
  if (!Number.isInteger(process_) || process_ < 1) return false;
  try {
    process.kill(process_, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
