import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { guessedMapping, type Mapping, ROLES, type Role } from "../lab/data/columns.ts";
import { unpackedLines } from "../lab/data/packedData.ts";
import { type ReadData, readDataSet } from "../lab/data/readDataSet.ts";
import { type FileRecord, formatOf, recordsOf, tooLarge } from "../lab/data/records.ts";
import { dataSetFromLines } from "../lab/data/storedLines.ts";
import { queryOf } from "../lab/link/hash.ts";
import { DataError } from "../lab/tasks/dataError.ts";
import { dataSetOf } from "../lab/tasks/dataSet.ts";
import { knowData } from "../lab/tasks/index.ts";
import type { Model } from "../lab/tasks/models.ts";
import { InputError, type Io, type ParsedArgs } from "./command.ts";

/** Options that bring data of one's own, shared by the commands that take an experiment. */
export const DATA_OPTIONS = {
  data: {
    type: "text",
    value: "rows.jsonl",
    help: "trains on these rows instead of the task's: JSON Lines, JSON, CSV, TSV or Parquet in TRL's forms",
  },
  "eval-data": {
    type: "text",
    value: "rows.jsonl",
    help: "held-out rows; an eighth of the prompts of --data otherwise, at least 8",
  },
  map: {
    type: "list",
    value: "role=column",
    help: `names a column: ${ROLES.join(", ")}; lowercase=1 reads capitals as small letters`,
  },
} as const;

/**
 * The id of the task that `--data` makes, known from here on; undefined without it.
 * @param model whose tokens the rows are read in
 * @throws {InputError} for a file that none can be made from
 */
export async function dataOf(args: ParsedArgs, io?: Pick<Io, "err">, model?: Model): Promise<string | undefined> {
  const path = args.has("data") ? args.text("data") : undefined;
  if (path === undefined) {
    for (const name of ["eval-data", "map"])
      if (args.has(name) && (name === "map" ? args.list(name).length > 0 : args.text(name) !== undefined))
        throw new InputError(`--${name} must come with --data, got none.`);
    return undefined;
  }
  const changes = args.list("map");
  const train = await read(path, changes, io, model);
  const other = args.text("eval-data");
  const heldOut = other === undefined ? undefined : await read(other, changes, io, model);
  const set = heldOut
    ? dataSetOf([
        ...train.set.rows.map((row) => ({ ...row, split: row.split ?? ("train" as const) })),
        ...heldOut.set.rows.map((row) => ({ ...row, split: row.split ?? ("id" as const) })),
      ])
    : train.set;
  const task = knowData(set, basename(path), heldOut ? undefined : train.inTokens);
  io?.err(`${task.title} (${task.id}): ${task.summary}`);
  return task.id;
}

/** The hash of the pairs that `--preference-data` brings, known from here on; undefined without it. @throws {InputError} */
export async function preferencesOf(
  args: ParsedArgs,
  io?: Pick<Io, "err">,
  model?: Model,
): Promise<string | undefined> {
  const path = args.has("preference-data") ? args.text("preference-data") : undefined;
  if (path === undefined) return undefined;
  const { set } = await read(path, [], io, model);
  if (!set.facts.has.pairs)
    throw new InputError(`--preference-data ${path} must have pairs of chosen and rejected, got none.`);
  const task = knowData(set, basename(path));
  io?.err(`${task.title} (${task.id}): ${task.summary}`);
  return set.hash;
}

/** Makes the rows known that a link carries, if it does. @throws {InputError} where they are damaged */
export async function knowCarried(link: string): Promise<void> {
  const text = queryOf(link).query.get("data");
  if (text === null) return;
  try {
    knowData(await dataSetFromLines(await unpackedLines(text)), "rows of a link");
  } catch (error) {
    if (error instanceof DataError) throw new InputError(error.message);
    throw error;
  }
}

async function read(path: string, changes: readonly string[], io?: Pick<Io, "err">, model?: Model): Promise<ReadData> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new InputError(`${path} must be a file that can be read, got none.`);
  const large = tooLarge(path, found.size);
  if (large !== undefined) throw new InputError(`${path}: ${large}`);
  try {
    const options = { model };
    const guess = await readDataSet(recordsIn(path, found.size), options).catch((error: unknown) => {
      if (changes.length > 0 && error instanceof DataError) return undefined;
      throw error;
    });
    const mapping = mapped(guess?.mapping ?? guessedMapping([]), changes);
    const data =
      changes.length > 0 || !guess
        ? await readDataSet(recordsIn(path, found.size, mapping), { ...options, mapping })
        : guess;
    for (const { reason, count } of data.refused)
      io?.err(`${path}: ${count} of ${data.records} records left out: ${reason}`);
    return data;
  } catch (error) {
    if (error instanceof DataError) throw new InputError(`${path}: ${error.message}`);
    throw error;
  }
}

/** The records of a file, whichever its format. */
async function* recordsIn(path: string, size: number, mapping?: Mapping): AsyncGenerator<readonly FileRecord[]> {
  const format = formatOf(path);
  if (format !== "parquet") {
    yield* recordsOf(createReadStream(path), format);
    return;
  }
  const { parquetRecords } = await import("../lab/data/parquet/parquet.ts");
  const file = await open(path);
  try {
    const slice = async (from: number, to: number) => {
      const bytes = new Uint8Array(to - from);
      await file.read(bytes, 0, bytes.length, from);
      return bytes.buffer;
    };
    yield* parquetRecords({ size, slice }, mapping);
  } finally {
    await file.close();
  }
}

/** @throws {InputError} for a role that there is not */
function mapped({ columns, lowercase }: Mapping, changes: readonly string[]): Mapping {
  const own: Partial<Record<Role, string>> = { ...columns };
  let lower = lowercase;
  for (const change of changes) {
    const [name = "", column = ""] = change.split(/=(.*)/s);
    const role = ROLES.find((one) => one === name);
    if (name === "lowercase") lower = column === "1";
    else if (!role)
      throw new InputError(`--map must read role=column with one of ${ROLES.join(", ")}, got "${change}".`);
    else if (column === "") delete own[role];
    else own[role] = column;
  }
  return { columns: own, lowercase: lower };
}
