import { quote } from "../schema.ts";
import { fileKind } from "./fileKind.ts";
import { type Llama, llamaFrom } from "./huggingFace.ts";
import { adapter } from "./huggingFaceNames.ts";
import { parseStrictJson } from "./jsonText.ts";
import { PolicyError } from "./policy.ts";
import { readSafetensorsHeader, type StoredTensor, shownName } from "./safetensorsHeader.ts";

/** A folder of somebody's model, from a disk, a drop or an address. */
export interface ModelFolder {
  /** What messages call it. */
  readonly name: string;
  /** Names of the files in it, without those of folders within. */
  readonly files: readonly string[];
  /** The bytes of one of them. */
  read(file: string): Promise<Uint8Array>;
}

const CONFIG = "config.json";
const WEIGHTS = "model.safetensors";
const INDEX = "model.safetensors.index.json";
/** What `save_pretrained` and Meta's own files are called where they are no safetensors. */
const OTHER_WEIGHTS =
  /^(pytorch_model.*\.(bin|index\.json)|consolidated\..*\.pth|.*\.(bin|pt|pth|ckpt|gguf|h5|msgpack|onnx))$/;

/**
 * The Llama of a Hugging Face folder: `config.json` with `model.safetensors`, or with its shards and their index. The config is
 * judged before any weights are read.
 * @throws {PolicyError} kind `input`, one sentence naming the file, the key or the tensor, what must hold and what came.
 */
export async function readModelFolder(folder: ModelFolder): Promise<Llama> {
  const has = (file: string) => folder.files.includes(file);
  if (!has(CONFIG)) {
    if (has("adapter_config.json")) throw adapter("adapter_config.json");
    throw bad(`${folder.name} must be a folder with ${CONFIG} and ${WEIGHTS}, got no ${CONFIG}.`);
  }
  const config = readJsonFile(await folder.read(CONFIG), CONFIG);
  if (has(WEIGHTS)) return llamaFrom(config, readSafetensorsHeader(await folder.read(WEIGHTS), WEIGHTS).tensors);
  if (has(INDEX)) return llamaFrom(config, await readShards(folder, readJsonFile(await folder.read(INDEX), INDEX)));
  throw withoutWeights(folder);
}

/**
 * The value of a JSON file in UTF-8, with or without a byte-order mark.
 * @throws {PolicyError} kind `input` naming the file, and what it is where it is no JSON.
 */
export function readJsonFile(bytes: Uint8Array, file: string): unknown {
  try {
    return parseStrictJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    // What begins like JSON is judged by its first mistake.
    const begins = new TextDecoder().decode(bytes.subarray(0, 64)).trim();
    const why = (/^[{[]/.test(begins) ? undefined : fileKind(bytes)) ?? (error as Error).message;
    throw bad(`${file} must hold JSON, got ${why}.`);
  }
}

/** The tensors of all shards; each must hold what the index says of it, and nothing else. */
async function readShards(folder: ModelFolder, index: unknown): Promise<StoredTensor[]> {
  const map = weightMap(index);
  const shards = [...new Set(map.values())].sort();
  const stored: StoredTensor[] = [];
  for (const shard of shards) {
    if (!folder.files.includes(shard)) {
      const of = [...map].find(([, file]) => file === shard)![0];
      throw bad(`${shownName(shard)} must be there, as ${INDEX} has ${shownName(of)} in it, got no such file.`);
    }
    const { tensors } = readSafetensorsHeader(await folder.read(shard), shard);
    for (const tensor of tensors) {
      const place = map.get(tensor.name);
      if (place !== shard) {
        const said = place === undefined ? "no such name" : shownName(place);
        throw bad(`${shownName(tensor.name)} must lie where ${INDEX} has it, got ${said} there and ${shard} here.`);
      }
    }
    const here = new Set(tensors.map(({ name }) => name));
    const missing = [...map].find(([name, file]) => file === shard && !here.has(name));
    if (missing) throw bad(`${shard} must hold ${shownName(missing[0])}, as ${INDEX} says, got no such tensor.`);
    stored.push(...tensors);
  }
  return stored;
}

function weightMap(index: unknown): ReadonlyMap<string, string> {
  const map = typeof index === "object" && index !== null && "weight_map" in index ? index.weight_map : undefined;
  if (typeof map !== "object" || map === null || Array.isArray(map)) {
    throw bad(`${INDEX} must have a weight_map of names to files, got ${quote(map)}.`);
  }
  const entries = Object.entries(map);
  const wrong = entries.find(([, file]) => typeof file !== "string" || !/^[\w.-]+\.safetensors$/.test(file));
  if (wrong) {
    throw bad(
      `${INDEX} must name .safetensors files of its own folder, got ${quote(wrong[1])} for ${shownName(wrong[0])}.`,
    );
  }
  return new Map(entries as [string, string][]);
}

function withoutWeights(folder: ModelFolder): PolicyError {
  const file = folder.files.find((name) => /^adapter_model\./.test(name));
  if (file) return adapter(file);
  const other = folder.files.find((name) => OTHER_WEIGHTS.test(name));
  if (other) {
    return bad(
      `${folder.name} must have ${WEIGHTS}, got ${shownName(other)}: convert it with python -c "from transformers import AutoModelForCausalLM as M; M.from_pretrained('${shownName(folder.name)}').save_pretrained('converted')".`,
    );
  }
  const [found] = folder.files.filter((name) => name.endsWith(".safetensors"));
  const came = found === undefined ? "neither" : `${shownName(found)}, which neither of them names`;
  return bad(`${folder.name} must have ${WEIGHTS}, or ${INDEX} with its shards, got ${came}.`);
}

function bad(message: string): PolicyError {
  return new PolicyError("input", message);
}
