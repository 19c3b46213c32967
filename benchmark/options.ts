import { parseArgs } from "node:util";
import { BACKEND_NAMES, type BackendName } from "../src/lab/policies.ts";
import { type Size, TRAINING } from "./shapes.ts";

/** `none` computes nothing: what is left is what the calls cost the thread that makes them. */
export const ADAPTERS = ["software", "real", "none"] as const;
export type AdapterKind = (typeof ADAPTERS)[number];

/**
 * Dawn's flag for timestamps as fine as the GPU gives them: against fingerprinting they are rounded to 65 µs, longer than
 * most kernels take.
 */
export const FINE_TIMES = "disable-dawn-features=timestamp_quantization";

/** What a report calls the adapter that computes nothing. */
export const NOTHING = "none: nothing is computed";

export const SUITES = ["train", "rollout", "objective", "roofline", "page"] as const;
export type Suite = (typeof SUITES)[number];

export interface BenchOptions {
  readonly json: boolean;
  readonly suites: readonly Suite[];
  readonly sizes: readonly Size[];
  readonly backend: BackendName;
  readonly where: "node" | "chromium";
  readonly rounds: number;
  /** Parts of the names of those who take part; undefined: everyone. */
  readonly who: readonly string[] | undefined;
  /** Of wasm; undefined: one in Node, half of the cores in Chromium, which is what tfjs takes by itself. */
  readonly threads: number | undefined;
  readonly adapter: AdapterKind;
}

export const USAGE = `npm run bench -- [options]
  --json                     one JSON object and nothing else on standard output
  --only a,b                 ${SUITES.join(", ")}; the first three unless given
  --sizes a,b                ${Object.keys(TRAINING).join(", ")}; tiny,small unless given
  --where node|chromium      node unless given
  --backend wasm|webgpu|cpu  wasm unless given
  --rounds n                 measured rounds of everyone in turn; 12 unless given
  --who a,b                  those whose name has one of these parts, as in "ours,plain"; everyone unless given
  --threads n                threads of wasm: in chromium for everyone, half of the cores unless given; in node for our SIMD
                             kernels, which alone have threads there, 1 unless given. Above 1, ours are measured on one too
  --adapter ${ADAPTERS.join("|")}
                             WebGPU: of chromium software unless given; none, in node, computes nothing, so that what is
                             left is what JavaScript and its calls take`;

/** @throws {RangeError} one sentence about the first option that cannot be followed */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: "boolean", default: false },
      only: { type: "string", default: "train,rollout,objective" },
      sizes: { type: "string", default: "tiny,small" },
      where: { type: "string", default: "node" },
      backend: { type: "string", default: "wasm" },
      rounds: { type: "string", default: "12" },
      who: { type: "string" },
      threads: { type: "string" },
      adapter: { type: "string", default: "software" },
    },
  });
  const where = oneOf("where", values.where, ["node", "chromium"]);
  const backend = oneOf("backend", values.backend, BACKEND_NAMES);
  const adapter = oneOf("adapter", values.adapter, ADAPTERS);
  if (adapter === "none" && (where !== "node" || backend !== "webgpu")) {
    throw new RangeError(`--adapter none must go with --where node and --backend webgpu, got ${where} and ${backend}`);
  }
  return {
    json: values.json,
    suites: several("only", values.only, SUITES),
    sizes: several("sizes", values.sizes, Object.keys(TRAINING) as Size[]),
    where,
    backend,
    rounds: count("rounds", values.rounds),
    who: values.who?.split(",").map((part) => part.trim()),
    threads: values.threads === undefined ? undefined : count("threads", values.threads),
    adapter,
  };
}

function several<const V extends string>(name: string, text: string, known: readonly V[]): V[] {
  return [...new Set(text.split(",").map((part) => oneOf(name, part.trim(), known)))];
}

function oneOf<const V extends string>(name: string, text: string, known: readonly V[]): V {
  const found = known.find((value) => value === text);
  if (found !== undefined) return found;
  throw new RangeError(`--${name} must be of ${known.join(", ")}, got "${text}"`);
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new RangeError(`--${name} must be a whole number of at least 1, got "${text}"`);
}
