import { readFile } from "node:fs/promises";
import { fileKind } from "../lab/policy/fileKind.ts";
import { parseStrictJson } from "../lab/policy/jsonText.ts";
import { InputError, type Io, type ParsedArgs } from "./command.ts";
import { codeOf } from "./errorCode.ts";

/** The option that {@link readInput} reads. */
export const IN_OPTION = {
  type: "text",
  value: "batch.json",
  help: "where to read from; standard input otherwise",
} as const;

/** The text of `--in`, or of standard input, and what a message calls it. @throws {InputError} where there is no file */
export async function readInput(args: ParsedArgs, io: Io): Promise<[text: string, source: string]> {
  const path = args.text("in");
  return path === undefined ? [await io.stdin(), "standard input"] : [await readTextFile(path), path];
}

/** The text of a file in UTF-8, without a byte-order mark. @throws {InputError} when it cannot be read */
export async function readTextFile(path: string): Promise<string> {
  const bytes = await readBytes(path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${path} must be text in UTF-8, got ${fileKind(bytes) ?? "other bytes"}.`);
  }
}

/** @throws {InputError} when it cannot be read */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw new InputError(`${path} must be a file that can be read, got ${reason(error)}.`);
  }
}

/** A byte-order mark in front is left out. @throws {InputError} naming `source` when the text is no JSON */
export function parseJson(text: string, source: string): unknown {
  try {
    return parseStrictJson(text);
  } catch (error) {
    throw new InputError(`${source} must hold JSON, got ${otherKind(text) ?? reason(error)}.`);
  }
}

/** What a text is that does not even begin like the JSON of an object or a list, such as a page or a pointer; undefined where nothing says it. */
function otherKind(text: string): string | undefined {
  if (/^\uFEFF?\s*([{[]|$)/.test(text)) return undefined;
  return fileKind(new TextEncoder().encode(text.slice(0, 500)));
}

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: "a folder",
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  ENAMETOOLONG: "a name that is too long",
  EACCES: "one that may not be read",
  ERR_INVALID_ARG_VALUE: "no path",
};

function reason(error: unknown): string {
  const code = codeOf(error);
  if (Object.hasOwn(REASONS, code)) return REASONS[code]!;
  return error instanceof Error ? error.message : String(error);
}
