import type { Lab } from "../../../app/lab.ts";
import { isModelFile } from "../../../lab/model/modelFiles.ts";

const DATA = /\.(jsonl|ndjson|json|csv|tsv|tab|txt|parquet)$/i;
/** Beside a model, whose own files are JSON and text too. */
const ROWS = /\.(jsonl|ndjson|csv|tsv|tab|parquet)$/i;
const WEIGHTS = /\.(safetensors|bin|gguf)$/;

/** What was dropped, as it is known while the event lasts. */
interface Drop {
  readonly files: readonly File[];
  /** Of each file; null where it has none. */
  readonly entries: readonly (FileSystemEntry | null)[];
}

/** Takes a file of data, the folder of a model, or both, to where they are read. @returns whether there was any of them */
export async function takeDrop({ data, models }: Lab, drop: Drop): Promise<boolean> {
  const { name, files } = await opened(drop);
  const isModel =
    files.some((file) => WEIGHTS.test(file.name)) || files.filter((file) => isModelFile(file.name)).length > 1;
  const rows = files.find((file) => (isModel ? ROWS : DATA).test(file.name));
  if (isModel) models.store.setState({ dropped: { name, files } });
  if (rows) data.store.setState({ dropped: rows });
  return isModel || rows !== undefined;
}

/** The files of a drop, those of folders among them, and the name of the first folder. */
async function opened({ files, entries }: Drop): Promise<{ readonly name: string; readonly files: readonly File[] }> {
  const folders = entries.filter((entry): entry is FileSystemDirectoryEntry => entry?.isDirectory === true);
  const single = files.filter((_, at) => !entries[at]?.isDirectory);
  const inside = await Promise.all(folders.map(filesOf));
  return { name: folders[0]?.name ?? "a dropped model", files: [...single, ...inside.flat()] };
}

/** The files of a folder, without those of folders within. */
async function filesOf(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    // A reader gives its entries in pieces.
    const piece = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (piece.length === 0) break;
    found.push(...piece);
  }
  const plain = found.filter((entry): entry is FileSystemFileEntry => entry.isFile);
  return Promise.all(plain.map((entry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject))));
}
