import * as v from "valibot";
import { configOfJson, flatten, type RunConfig } from "../experiment/config.ts";
import { totalSteps } from "../experiment/phases.ts";
import { isEvaluation, type Metrics } from "../metrics.ts";
import { parseStrictJson } from "../policy/jsonText.ts";
import { ConfigError } from "../schema.ts";
import { FileError, fields, map, metricValues, readAs, real, series, step, text, whole } from "./fileSchema.ts";
import { MetricTable } from "./metricTable.ts";
import { defaultName, type RunRecord } from "./runRecord.ts";
import { TOKEN_STEPS, type TokenFile, tokenFile, tokensOf, WATCHED } from "./tokenFile.ts";
import { NO_TOKENS, type TokenRecord, tokensUpTo } from "./tokenRecord.ts";

/** What a run was and what came of it, as JSON: what `lab train` prints. */
export interface RunResult {
  readonly config: Readonly<Record<string, unknown>>;
  readonly policy: string;
  readonly backend: string;
  readonly seed: number;
  readonly steps: number;
  /** Before the first update; for what only an update can measure, at the first. */
  readonly initial: Metrics;
  /** At the last update, and of the evaluation after it. */
  readonly final: Metrics;
  /** Columns of equal length, one entry per update; null where a metric was not measured. */
  readonly series: Readonly<Record<string, readonly (number | null)[]>>;
  /** Of the weights after the last update; absent where those are not kept. */
  readonly parameterHash?: string;
  readonly seconds: number;
}

/** A run as one JSON file: what `lab train --out` writes, with the name that it has on the page. */
interface RunFile extends RunResult, TokenFile {
  readonly name?: string;
  /** ISO 8601. */
  readonly created?: string;
}

/** What a file of a run holds, without the id, tone and place that the library gives it. */
export type ReadRun = Pick<
  RunRecord,
  "name" | "created" | "config" | "policy" | "backend" | "step" | "final" | "seconds"
> & {
  readonly finished: boolean;
  readonly table: MetricTable;
  /** Undefined where the file has none. */
  readonly tokenRecord: TokenRecord | undefined;
};

/** What computed a run, how far it came and what came out, beside its metrics. */
export type Outcome = Pick<RunResult, "policy" | "backend" | "seconds" | "final"> & {
  /** Empty where nobody knows it. */
  readonly parameterHash: string;
  readonly step: number;
};

/** The file of a run: metrics of updates first, then those of evaluations. */
export function runResult(config: RunConfig, table: MetricTable, outcome: Outcome): RunResult {
  const { steps, metrics } = table.rows();
  const first = steps.findIndex((at) => at > 0);
  const updates = first < 0 ? [] : [...steps.keys()].slice(first);
  const columns: Record<string, (number | null)[]> = { step: updates.map((at) => steps[at]!) };
  const initial: Record<string, number> = {};
  const names = Object.keys(metrics);
  for (const metric of [...names.filter((name) => !isEvaluation(name)), ...names.filter(isEvaluation)]) {
    const values = metrics[metric]!;
    const column = updates.map((at) => (Number.isFinite(values[at]!) ? values[at]! : null));
    if (column.some((value) => value !== null)) columns[metric] = column;
    const start = steps[0] === 0 && Number.isFinite(values[0]!) ? values[0]! : column[0];
    if (start != null) initial[metric] = start;
  }
  const { interventions } = config;
  return {
    config: { ...flatten(config), ...(interventions.length > 0 && { interventions }) },
    policy: outcome.policy,
    backend: outcome.backend,
    seed: config.start.seed,
    steps: outcome.step,
    initial,
    final: outcome.final,
    series: columns,
    ...(outcome.parameterHash !== "" && { parameterHash: outcome.parameterHash }),
    seconds: outcome.seconds,
  };
}

/** The file of a run of the library; `created` as ISO 8601. */
export function writeRunFile(
  record: RunRecord,
  table: MetricTable,
  created: string,
  tokens: TokenRecord = NO_TOKENS,
): RunFile {
  const { checkpoint } = record;
  // A run under way counts on while its curves are gathered, and a file is of one step. No curves say none: they may be damaged.
  const step = table.length === 0 ? record.step : Math.min(record.step, table.step);
  const curves = table.upTo(step);
  const { final, seconds } =
    step === record.step ? record : { final: curves.newest(), seconds: curves.valueAt("seconds") ?? 0 };
  const parameterHash = checkpoint?.step === step ? checkpoint.hash : "";
  return {
    name: record.name,
    created,
    ...runResult(record.config, curves, { ...record, step, final, seconds, parameterHash }),
    ...tokenFile(tokensUpTo(tokens, step)),
  };
}

/** Bytes of a run's file: 10,000 steps of every metric and all tokens that are kept are a third of it. */
export const MOST_BYTES = 64e6;

/** Keys of a run's file, those of its rows of tokens included; ten times as many as the page writes. */
const MOST_KEYS = 100_000;

/** About how many keys a JSON text has. Counted before it is parsed: an object of 200,000 keys takes longer than all the rest. */
function keysIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('":'); at >= 0; at = text.indexOf('":', at + 2)) count++;
  return count;
}

/** What every file of a run has. Fields that older files lack are optional. */
export const RUN_FIELDS = {
  config: map(300),
  policy: v.optional(text(80), ""),
  backend: v.optional(text(80), ""),
  seed: v.optional(whole(0, Number.MAX_SAFE_INTEGER)),
  steps: v.optional(step),
  initial: v.optional(metricValues, {}),
  final: v.optional(metricValues, {}),
  series,
  parameterHash: v.optional(text(80), ""),
  seconds: v.optional(real(0, 1e9), 0),
  tokens: v.optional(TOKEN_STEPS),
  watched: v.optional(WATCHED),
};

const isDate = (value: string) => Number.isFinite(Date.parse(value));

const RUN_FILE = fields({
  ...RUN_FIELDS,
  name: v.optional(text(200)),
  created: v.optional(v.pipe(text(80), v.check(isDate, "must be a date"))),
  // What `lab train` adds.
  link: v.optional(text(100_000)),
  receipt: v.optional(fields({ verdict: text(80), sentence: text(2000) })),
  checkpoint: v.optional(text(1000)),
  startedFrom: v.optional(fields({ file: text(255), parameterHash: text(80) })),
});

/** @throws {FileError} in one sentence. `now` dates files that do not say when they were made. */
export function readRunFile(text: string, now: number): ReadRun {
  const file = readAs(RUN_FILE, objectOf(text));
  const created = file.created === undefined ? now : Date.parse(file.created);
  const run = runOf(file);
  // Weights that no setting names: the run's own name does.
  const usual = file.startedFrom ? `${run.name} from ${file.startedFrom.file}` : run.name;
  return { ...run, created, name: file.name?.trim() || usual };
}

/** A run from its checked fields. @throws {FileError} where its settings are not valid. */
export function runOf(file: v.InferOutput<ReturnType<typeof fields<typeof RUN_FIELDS>>>): Omit<ReadRun, "created"> {
  const config = configOf(file.config);
  const table = tableOf(file.series, file.initial);
  return {
    name: defaultName(config),
    config,
    policy: file.policy,
    backend: file.backend,
    step: table.step,
    final: { ...table.newest(), ...file.final },
    seconds: file.seconds,
    finished: table.step >= totalSteps(config),
    table,
    tokenRecord: tokensOf(file),
  };
}

function objectOf(text: string): unknown {
  if (text.length > MOST_BYTES) {
    throw new FileError(`A run's file must have at most ${MOST_BYTES / 1e6} million characters, got ${text.length}.`);
  }
  const keys = keysIn(text);
  if (keys > MOST_KEYS) throw new FileError(`A run's file must have at most ${MOST_KEYS} keys, got ${keys}.`);
  try {
    const file = parseStrictJson(text);
    // An absent config or series is refused as one that is no object.
    return typeof file === "object" && file && !Array.isArray(file)
      ? { config: undefined, series: undefined, ...file }
      : file;
  } catch (error) {
    const found = text.trim() === "" ? "an empty file" : (error as Error).message;
    throw new FileError(`A run's file must be JSON, got ${found}.`);
  }
}

/** The experiment of a file. @throws {FileError} with a sentence for each setting that is not valid. */
export function configOf(settings: Readonly<Record<string, unknown>>): RunConfig {
  try {
    return configOfJson(settings);
  } catch (error) {
    if (error instanceof ConfigError) throw new FileError(error.message);
    throw error;
  }
}

function tableOf(
  { step: steps = [], ...columns }: Readonly<Record<string, readonly (number | null)[]>>,
  initial: Readonly<Record<string, number>>,
): MetricTable {
  const start = new Map(Object.entries(initial).filter(([metric]) => isEvaluation(metric)));
  const shift = start.size > 0 && steps[0] !== 0 ? 1 : 0;
  const column = (values: readonly (number | null)[], first: number) => {
    const filled = new Float64Array(steps.length + shift).fill(Number.NaN);
    values.forEach((value, i) => {
      filled[i + shift] = value ?? Number.NaN;
    });
    if (shift === 1) filled[0] = first;
    return filled;
  };
  const names = [...new Set([...Object.keys(columns), ...start.keys()])];
  return MetricTable.from({
    steps: column(steps, 0),
    metrics: Object.fromEntries(
      names.map((metric) => [metric, column(columns[metric] ?? [], start.get(metric) ?? Number.NaN)]),
    ),
  });
}
