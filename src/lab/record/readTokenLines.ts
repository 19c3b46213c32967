import * as v from "valibot";
import type { RunConfig } from "../experiment/config.ts";
import { parseStrictJson } from "../policy/jsonText.ts";
import type { TokenRow } from "../train/report.ts";
import { brief, FileError, MOST_STEPS, readAs } from "./fileSchema.ts";
import { MetricTable } from "./metricTable.ts";
import { configOf, MOST_BYTES } from "./runFile.ts";
import { TOKEN_ROW } from "./tokenFile.ts";
import { bounded, type TokenRecord, type TokenStep } from "./tokenRecord.ts";

/** What a file of token records holds. */
interface ReadTokenLines {
  /** The experiment that the first line names; undefined for a file of another trainer. */
  readonly config: RunConfig | undefined;
  /** Means over the sequences of each step: what the file itself says, of as many sequences as it has. */
  readonly table: MetricTable;
  readonly tokenRecord: TokenRecord;
  /** Sequences read. */
  readonly rows: number;
}

/** Sequences of one step that are kept. */
const MOST_ROWS = 512;
const HEADER = v.looseObject({ format: v.literal("policy-lab-tokens"), config: v.record(v.string(), v.unknown()) });

/**
 * Reads JSON Lines with one sequence a line: `step`, `response_tokens`, `logprobs`, `entropies` and `weights` (−∂L/∂log π), and
 * where they are there `prompt`, `feed`, `reward`, `ref_logprobs`, `advantages`, `ratios`, `mask` (tokens with 0 are left out)
 * and `views`. Names after RLLoggingBoard where it has them.
 * @throws {FileError} in one sentence that names the line.
 */
export function readTokenLines(text: string): ReadTokenLines {
  if (text.length > MOST_BYTES)
    throw new FileError(
      `A file of token records must have at most ${MOST_BYTES / 1e6} million characters, got ${text.length}.`,
    );
  let config: RunConfig | undefined;
  const steps = new Map<number, TokenRow[]>();
  let rows = 0;
  for (const [number, line] of linesOf(text)) {
    const value = parsed(line, number);
    if (rows === 0 && config === undefined && v.is(HEADER, value)) {
      config = configOf(value.config);
      continue;
    }
    if (!isObject(value)) throw new FileError(`Line ${number} must be a JSON object, got ${brief(line)}.`);
    const { step } = value;
    if (!(Number.isInteger(step) && (step as number) >= 0 && (step as number) <= MOST_STEPS))
      throw new FileError(`Line ${number}: step must be a whole number from 0 to ${MOST_STEPS}, got ${brief(step)}.`);
    const of = steps.get(step as number) ?? [];
    if (of.length < MOST_ROWS) of.push(rowOf(value, number));
    steps.set(step as number, of);
    rows++;
  }
  if (rows === 0) throw new FileError("A file of token records must have at least one sequence, got none.");
  const ordered: TokenStep[] = [...steps].sort(([a], [b]) => a - b).map(([step, all]) => ({ step, rows: all }));
  return { config, table: tableOf(ordered), tokenRecord: bounded({ steps: ordered }), rows };
}

function* linesOf(text: string): Generator<[number, string]> {
  let from = 0;
  for (let number = 1; from < text.length; number++) {
    const end = text.indexOf("\n", from);
    const line = text.slice(from, end < 0 ? text.length : end).trim();
    if (line !== "") yield [number, line];
    from = end < 0 ? text.length : end + 1;
  }
}

/** Lists of one entry for each token of the response; those of `OPTIONAL` may be left out. The mask says which numbers must be there. */
const LISTS = ["response_tokens", "mask", "logprobs", "entropies", "weights", "ref_logprobs", "advantages", "ratios"];
const OPTIONAL = ["ref_logprobs", "advantages", "ratios", "mask"];

function rowOf(value: Readonly<Record<string, unknown>>, line: number): TokenRow {
  checkLists(value, line);
  const { ref_logprobs: ref, advantages, ratios, mask, reward } = value;
  const logp = value.logprobs as readonly number[];
  const views = {
    ...(isObject(value.views) && value.views),
    ...(Array.isArray(ratios) && { ratio: ratios }),
    ...(Array.isArray(advantages) && { advantage: advantages }),
    ...(Array.isArray(ref) && { log_ratio: ref.map((other: number, at) => logp[at]! - other) }),
  };
  const scored = (list: unknown) => (Array.isArray(list) ? list.filter((_, at) => keeps(mask, at)) : list);
  const row = {
    feed: value.feed ?? "rollouts",
    prompt: value.prompt ?? "",
    tokens: scored(value.response_tokens),
    logp: scored(logp),
    entropy: scored(value.entropies),
    weight: scored(value.weights),
    views: Object.fromEntries(Object.entries(views).map(([name, list]) => [name, scored(list)])),
    ...(reward !== undefined && reward !== null && { reward }),
  };
  return readAs(TOKEN_ROW, row, `Line ${line}'s`);
}

/** @throws {FileError} for a list that is none, has another length than the tokens, or holds for one of them what it cannot. */
function checkLists(value: Readonly<Record<string, unknown>>, line: number): void {
  const tokens = value.response_tokens;
  for (const key of LISTS) {
    const list = value[key];
    if (OPTIONAL.includes(key) && (list === undefined || list === null)) continue;
    if (!Array.isArray(list)) throw new FileError(`Line ${line}: ${key} must be a list, got ${brief(list)}.`);
    if (Array.isArray(tokens) && list.length !== tokens.length)
      throw new FileError(
        `Line ${line}: ${key} must have ${tokens.length} entries, one for each token, got ${list.length}.`,
      );
    if (key === "response_tokens") continue;
    const isFlag = key === "mask";
    const wrong = list.findIndex((one, at) => (isFlag ? !isMask(one) : keeps(value.mask, at) && !Number.isFinite(one)));
    const must = isFlag ? "0 or 1" : "a finite number";
    if (wrong >= 0) throw new FileError(`Line ${line}: ${key}[${wrong}] must be ${must}, got ${brief(list[wrong])}.`);
  }
  if (value.views !== undefined && value.views !== null && !isObject(value.views))
    throw new FileError(`Line ${line}: views must be an object of lists, got ${brief(value.views)}.`);
}

const keeps = (mask: unknown, at: number) => !Array.isArray(mask) || Number(mask[at]) === 1;

const isMask = (one: unknown) => one === 0 || one === 1 || typeof one === "boolean";

/** `reward` and `entropy` of each step: means over its sequences, and over their tokens. */
function tableOf(steps: readonly TokenStep[]): MetricTable {
  const table = new MetricTable();
  for (const { step, rows } of steps) {
    const rewards = rows.flatMap(({ reward }) => (reward === undefined ? [] : [reward]));
    const entropies = rows.flatMap(({ entropy }) => entropy);
    const values = {
      ...(rewards.length > 0 && { reward: mean(rewards) }),
      entropy: mean(entropies),
      "completions/mean_length": mean(rows.map(({ tokens }) => tokens.length)),
    };
    table.append({ step, values });
  }
  return table;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parsed(text: string, line: number): unknown {
  try {
    return parseStrictJson(text);
  } catch (error) {
    throw new FileError(`Line ${line} must be a JSON object, got ${error instanceof Error ? error.message : error}.`);
  }
}
