import { isModelFile, MOST_MODEL_BYTES, TOKENIZER_FILES } from "../../lab/model/modelFiles.ts";
import { HUB, openly, pieces } from "../hub.ts";
import type { DroppedModel } from "./modelLibrary.ts";

/** A model's files on the hub, before any is downloaded. */
export interface HubModel {
  /** `owner/name`. */
  readonly name: string;
  /** What the hub says of each, packed for the way where it does that; undefined where it tells no size. */
  readonly files: readonly { readonly name: string; readonly bytes: number | undefined }[];
  /** Of all that were told. */
  readonly bytes: number;
}

const INDEX = "model.safetensors.index.json";
const MOST_SHARDS = 50;
const MOST_INDEX = 4e6;

/** The model that a text names, `owner/name` or its page's address; undefined where it names none. */
export function hubName(text: string): string | undefined {
  const address = new RegExp(`^https://${HUB.replace(".", "\\.")}/`);
  const path = text
    .trim()
    .replace(address, "")
    .replace(/\/(tree\/main)?\/?$/, "");
  return /^[\w-][\w.-]{0,95}\/[\w-][\w.-]{0,95}$/.test(path) ? path : undefined;
}

const addressOf = (name: string, file: string) => `https://${HUB}/${name}/resolve/main/${encodeURIComponent(file)}`;

/** The files that the lab reads of a model, asked for by their heads alone. @returns a sentence where there is no such model to have */
export async function hubModel(name: string, signal: AbortSignal): Promise<HubModel | string> {
  try {
    const single = await head(name, "model.safetensors", signal);
    const weights = single ? ["model.safetensors"] : await shardsOf(name, signal);
    const files: { name: string; bytes: number | undefined }[] = [];
    for (const file of ["config.json", ...TOKENIZER_FILES, ...weights]) {
      const found = file === "model.safetensors" ? single : await head(name, file, signal);
      if (found) files.push({ name: file, ...found });
      else if (file === "config.json" || file === "tokenizer.json" || file.endsWith(".safetensors"))
        return `${name} must have ${file} at ${HUB}, got no such file (404).`;
    }
    const bytes = files.reduce((sum, { bytes: one = 0 }) => sum + one, 0);
    return bytes > MOST_MODEL_BYTES ? tooLarge(name, bytes) : { name, files, bytes };
  } catch (error) {
    return sentenceOf(error);
  }
}

/** Downloads what {@link hubModel} found. @param progress told the bytes that have come */
export async function fetchHubModel(
  { name, files }: HubModel,
  progress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<DroppedModel | string> {
  try {
    const made: File[] = [];
    let bytes = 0;
    for (const { name: file } of files) {
      const response = answered(await openly(addressOf(name, file), { signal }), name, file);
      const held: Uint8Array<ArrayBuffer>[] = [];
      for await (const piece of pieces(response)) {
        held.push(piece);
        bytes += piece.length;
        progress(bytes);
        if (bytes > MOST_MODEL_BYTES) return tooLarge(name, bytes);
      }
      made.push(new File(held, file));
    }
    return { name, files: made };
  } catch (error) {
    return sentenceOf(error);
  }
}

/** An answer's text; undefined where it has more bytes. */
async function textOf(response: Response, most: number): Promise<string | undefined> {
  const held: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const piece of pieces(response)) {
    held.push(piece);
    bytes += piece.length;
    if (bytes > most) return undefined;
  }
  return new Blob(held).text();
}

/** The size of a file; undefined where there is none of that name. */
async function head(
  name: string,
  file: string,
  signal: AbortSignal,
): Promise<{ readonly bytes: number | undefined } | undefined> {
  const response = await openly(addressOf(name, file), { method: "HEAD", signal });
  if (response.status === 404) return undefined;
  const length = answered(response, name, file).headers.get("content-length");
  return { bytes: length === null ? undefined : Number(length) };
}

/** The shards that an index names. @throws {HubError} where there is no index, or one that is none */
async function shardsOf(name: string, signal: AbortSignal): Promise<readonly string[]> {
  const response = await openly(addressOf(name, INDEX), { signal });
  if (response.status === 404)
    throw new HubError(`${name} must have model.safetensors or ${INDEX} at ${HUB}, got neither (404).`);
  const text = await textOf(answered(response, name, INDEX), MOST_INDEX);
  const shards = text === undefined ? [] : namesIn(text);
  if (shards.length === 0 || shards.length > MOST_SHARDS || !shards.every(isModelFile))
    throw new HubError(`${INDEX} of ${name} must name up to ${MOST_SHARDS} shards, got something else.`);
  return [INDEX, ...shards];
}

function namesIn(index: string): readonly string[] {
  try {
    const { weight_map: map } = JSON.parse(index) as { readonly weight_map?: Readonly<Record<string, unknown>> };
    return [...new Set(Object.values(map ?? {}).map(String))].sort();
  } catch {
    return [];
  }
}

class HubError extends Error {}

/** @throws {HubError} for an answer that is not the file */
function answered(response: Response, name: string, file: string): Response {
  if (response.ok) return response;
  const { status, statusText } = response;
  // The hub says 401 of models that there are not, too.
  const why =
    status === 401 || status === 403
      ? `${status}: there is no such model, or it is private or asks for a log-in. Download its folder and drop it here`
      : `${status} ${statusText}`.trim();
  throw new HubError(`${HUB} must have ${file} of ${name}, got ${why}.`);
}

const sentenceOf = (error: unknown) =>
  error instanceof HubError ? error.message : `${HUB} did not answer, or may not be asked from here.`;

const tooLarge = (name: string, bytes: number) =>
  `The files of ${name} must have at most ${MOST_MODEL_BYTES / 1e6} MB, got ${Math.round(bytes / 1e6)} MB: nothing of them was kept.`;
