import { quote } from "../schema.ts";
import { PolicyError } from "./policy.ts";

/** A `config.json`, or an object in it. */
export type Keys = Readonly<Record<string, unknown>>;

/** What a `config.json` says about rotary positions. */
interface Rope {
  readonly theta: number;
  readonly notes: readonly string[];
}

/** In transformers 5's order: an object of the older name first, and both before the key beside them. */
const OBJECTS = ["rope_scaling", "rope_parameters"] as const;
const DEFAULT_THETA = 10_000;
/** What an object of type "default" may hold. The last two ask for nothing in that type. */
const MUST_BE_ONE = ["partial_rotary_factor", "factor", "attention_factor"];
const KNOWN = new Set(["rope_type", "type", "rope_theta", "original_max_position_embeddings", ...MUST_BE_ONE]);

/**
 * θ from wherever it stands: `rope_scaling`, `rope_parameters` (transformers 5), the object of a layer type in them, or the
 * key `rope_theta`. A value that is null is as good as none.
 * @throws {PolicyError} kind `input` naming the key: rotary positions of another type, or a key that is not understood.
 */
export function readRope(keys: Keys): Rope {
  const stated: [string, number][] = [];
  for (const name of OBJECTS) {
    for (const [path, rope] of objectsAt(name, keys[name])) {
      checkType(path, rope);
      checkKeys(path, rope);
      if (rope.rope_theta != null) stated.push([path, theta(`${path}.rope_theta`, rope.rope_theta)]);
    }
  }
  if (keys.rope_theta != null) stated.push(["rope_theta", theta("rope_theta", keys.rope_theta)]);
  const [first] = stated;
  if (!first) return { theta: checkBase(keys, DEFAULT_THETA), notes: [] };
  const other = stated.find(([, value]) => value !== first[1]);
  const notes = other
    ? [`config.json gives rope_theta as ${first[1]} in ${first[0]} and ${other[1]} in ${other[0]}: the first is used.`]
    : [];
  return { theta: checkBase(keys, first[1]), notes };
}

/** The object itself, or the one of its layer type: a Llama has full attention alone. */
function objectsAt(name: string, value: unknown): readonly (readonly [string, Keys])[] {
  if (value == null) return [];
  if (!isObject(value)) throw bad(`${name} must be of type "default", got ${quote(value)}`);
  const inner = Object.entries(value).filter(([, item]) => isObject(item)) as [string, Keys][];
  if (inner.length === 0) return [[name, value]];
  const foreign = Object.keys(value).find((key) => key !== "full_attention" && value[key] != null);
  if (foreign !== undefined) {
    throw bad(`${name} must be one object or that of full_attention alone, got ${quote(foreign)}`);
  }
  return inner.map(([key, rope]) => [`${name}.${key}`, rope]);
}

function checkType(path: string, { rope_type, type }: Keys): void {
  const kind = [rope_type, type].find((given) => given != null && given !== "default");
  if (kind !== undefined) throw bad(`${path} must be of type "default", got ${quote(kind)}`);
}

function checkKeys(path: string, rope: Keys): void {
  for (const [key, value] of Object.entries(rope)) {
    if (!KNOWN.has(key)) {
      throw bad(`${path} must hold ${[...KNOWN].join(", ")} alone, got ${quote(key)}: ${quote(value)}`);
    }
    if (MUST_BE_ONE.includes(key) && value != null && value !== 1) {
      throw bad(`${path}.${key} must be 1, got ${quote(value)}`);
    }
  }
}

function theta(path: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
  throw bad(`${path} must be a number above 0, got ${quote(value)}`);
}

/** `rotary_base` is θ under the name that other trainers give it, and no transformers reads it. */
function checkBase(keys: Keys, value: number): number {
  if (keys.rotary_base == null || keys.rotary_base === value) return value;
  throw bad(`rotary_base must be rope_theta, ${value}, got ${quote(keys.rotary_base)}`);
}

function isObject(value: unknown): value is Keys {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bad(message: string): PolicyError {
  return new PolicyError("input", `config.json: ${message}`);
}
