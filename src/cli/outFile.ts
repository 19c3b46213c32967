import { constants, type Stats } from "node:fs";
import { access, open, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { presetById } from "../lab/lessons/presets.ts";
import { InputError, type ParsedArgs, type WholeFile } from "./command.ts";
import { codeOf } from "./errorCode.ts";

/**
 * Whether a result can be written to `path`, asked before anything is computed: not over a file that the command reads.
 * @throws {InputError} in one sentence
 */
export async function checkOut(path: string, args: Pick<ParsedArgs, "read">): Promise<void> {
  const folder = dirname(path);
  const parent = await stat(folder).catch(() => undefined);
  if (!parent?.isDirectory())
    throw new InputError(`--out ${path} must lie in a folder that exists, got ${parent ? "a file" : "none"}.`);
  const file = await refuseFolder(path);
  await refuseRead(path, args);
  for (const place of file ? [folder, path] : [folder]) {
    const denied = await access(place, constants.W_OK).then(
      () => false,
      () => true,
    );
    if (denied) throw new InputError(`--out ${path} must be writable, got ${place}, which is read-only.`);
  }
}

/** What is at `path`, if anything. @throws {InputError} where that is a folder */
export async function refuseFolder(path: string): Promise<Stats | undefined> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory()) throw new InputError(`--out ${path} must name a file, got a folder.`);
  return there;
}

/** Whether files can be written into `path`, a folder that may be missing. @throws {InputError} in one sentence */
export async function checkOutFolder(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there && !there.isDirectory()) throw new InputError(`--out ${path} must name a folder, got a file.`);
}

/** @throws {InputError} where `path` is a file that the command was given to read: it would be gone. */
export async function refuseRead(path: string, { read }: Pick<ParsedArgs, "read">): Promise<void> {
  const place = await realpath(path).catch(() => undefined);
  if (place === undefined) return;
  for (const one of read) {
    if (presetById(one) || (await realpath(one).catch(() => undefined)) !== place) continue;
    throw new InputError(`--out must lead to another file than ${one}, which is read, got ${path}.`);
  }
}

/** Files were not all written. */
export class UnwrittenError extends Error {
  /** Those that took their places all the same. */
  readonly placed: readonly string[];
  constructor(message: string, placed: readonly string[], cause: unknown) {
    super(message, { cause });
    this.placed = placed;
  }
}

/**
 * Writes files whole or not at all: all under temporary names beside them, which then take their places one after another. Older
 * ones stay until then. What a link points to is written, and a device or a pipe as it is.
 * @throws {UnwrittenError} in one sentence; what was there before is as it was, but for what the sentence names
 */
export async function writeWhole(files: readonly WholeFile[]): Promise<void> {
  const made: string[] = [];
  const placed: string[] = [];
  let at = "";
  try {
    const targets = await Promise.all(
      files.map(async ([path, content]) => ({ ...(await targetOf(path)), path, content })),
    );
    for (const { path, file, plain, content } of targets) {
      at = path;
      if (plain) made.push(temporary(file));
      await (plain ? writeThrough(temporary(file), content) : writeFile(file, content));
    }
    for (const { path, file, plain } of targets) {
      at = path;
      if (plain) await rename(temporary(file), file);
      placed.push(path);
    }
  } catch (error) {
    // On a disk that takes nothing any more, removing may fail too: the first reason is the one to say.
    for (const path of made) await rm(path, { force: true }).catch(() => {});
    const beside = placed.length > 0 ? `; ${placed.join(" and ")} beside it is the newer one already` : "";
    throw new UnwrittenError(`${at} could not be written, as ${reasonOf(error)}${beside}.`, placed, error);
  }
}

/** Where a path leads, and whether there is a plain file or nothing. */
async function targetOf(path: string): Promise<{ readonly file: string; readonly plain: boolean }> {
  const file = await realpath(path).catch(() => path);
  const there = await stat(file).catch(() => undefined);
  return { file, plain: there === undefined || there.isFile() || there.isDirectory() };
}

const temporary = (path: string) => `${path}.${process.pid}.tmp`;

/** Writes a file, and waits until the disk has it. */
async function writeThrough(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "there is no space left on its disk",
  EDQUOT: "there is no space left on its disk for this user",
  EROFS: "its disk has become read-only",
  EACCES: "its folder has become read-only",
  EPERM: "its folder has become read-only",
  ENOENT: "its folder is gone",
};

function reasonOf(error: unknown): string {
  return REASONS[codeOf(error)] ?? `its disk answers: ${error instanceof Error ? error.message : String(error)}`;
}

/**
 * Takes `path` for this process, so that another one with the same `--out` does not overwrite it in silence. Answers how to
 * give it back. A lock whose process has ended is taken over. @throws {InputError} where a process that lives has it
 */
export async function lockOut(path: string): Promise<() => Promise<void>> {
  const lock = `${path}.lock`;
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(lock, String(process.pid), { flag: "wx" });
      // One that cannot be removed now is taken over by the next run.
      return () => rm(lock, { force: true }).catch(() => {});
    } catch (error) {
      if (codeOf(error) !== "EEXIST") {
        await rm(lock, { force: true }).catch(() => {});
        throw new InputError(`--out ${path} must be writable, and is not, as ${reasonOf(error)}.`);
      }
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
    return codeOf(error) === "EPERM";
  }
}
