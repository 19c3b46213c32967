import {
  flatten,
  type Intervention,
  inOrder,
  parseConfig,
  type RunConfig,
  readIntervention,
} from "../experiment/config.ts";
import { totalSteps } from "../experiment/phases.ts";
import type { Metrics } from "../objectives/objective.ts";
import { ConfigError, quote } from "../schema.ts";
import { type Columns, newest } from "./metricTable.ts";
import { defaultName, type RunRecord } from "./runRecord.ts";
import { readTokenFile, type TokenFile, tokenFile } from "./tokenFile.ts";
import { NO_TOKENS, type TokenRecord } from "./tokenRecord.ts";

/** What a run was and what came of it, as JSON. */
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
  readonly parameterHash: string;
  readonly seconds: number;
}

/** A run as one JSON file: what `lab train --out` writes, with the name that it has on the page. */
export interface RunFile extends RunResult, TokenFile {
  readonly name?: string;
  /** ISO 8601. */
  readonly created?: string;
}

/** What a file holds, ready to be kept; whoever keeps it gives it an id and a tone. */
export type ReadRun = Pick<
  RunRecord,
  "name" | "created" | "config" | "policy" | "backend" | "step" | "final" | "seconds"
> & {
  readonly finished: boolean;
  readonly columns: Columns;
  /** Undefined where the file has none. */
  readonly tokenRecord: TokenRecord | undefined;
};

/** A file that is no run; the message says what must hold and what came. */
export class RunFileError extends Error {
  override readonly name = "RunFileError";
}

/** Metrics of an evaluation, which step 0 has too; everything else takes an update. */
const isEvaluation = (metric: string) => metric.startsWith("eval/") || metric === "kl/start";

/** `created` as ISO 8601. */
export function writeRunFile(
  record: RunRecord,
  { steps, metrics }: Columns,
  created: string,
  tokens: TokenRecord = NO_TOKENS,
): RunFile {
  const first = steps.findIndex((step) => step > 0);
  const updates = first < 0 ? [] : [...steps.keys()].slice(first);
  const series: Record<string, (number | null)[]> = { step: updates.map((at) => steps[at]!) };
  const initial: Record<string, number> = {};
  for (const [metric, values] of Object.entries(metrics)) {
    series[metric] = updates.map((at) => (Number.isFinite(values[at]!) ? values[at]! : null));
    const start = steps[0] === 0 && Number.isFinite(values[0]!) ? values[0]! : series[metric][0];
    if (start != null) initial[metric] = start;
  }
  const { config } = record;
  return {
    name: record.name,
    created,
    config: { ...flatten(config), ...(config.interventions.length > 0 && { interventions: config.interventions }) },
    policy: record.policy,
    backend: record.backend,
    seed: config.start.seed,
    steps: record.step,
    initial,
    final: record.final,
    series,
    parameterHash: record.checkpoint?.step === record.step ? record.checkpoint.hash : "",
    seconds: record.seconds,
    ...tokenFile(tokens),
  };
}

/** @throws {RunFileError} in one sentence. `now` dates files that do not say when they were made. */
export function readRunFile(text: string, now: number): ReadRun {
  const file = objectOf(text);
  const config = configOf(file.config);
  const series = seriesOf(file.series);
  const initial = metricsOf(file.initial ?? {}, "initial");
  const columns = columnsOf(series, initial);
  const created = Date.parse(String(file.created));
  const step = columns.steps.at(-1) ?? 0;
  return {
    name: typeof file.name === "string" && file.name.trim() ? file.name.trim().slice(0, 80) : defaultName(config),
    created: Number.isFinite(created) ? created : now,
    config,
    policy: typeof file.policy === "string" ? file.policy : "",
    backend: typeof file.backend === "string" ? file.backend : "",
    step,
    final: { ...newest(columns), ...metricsOf(file.final ?? {}, "final") },
    seconds: typeof file.seconds === "number" && file.seconds >= 0 ? file.seconds : 0,
    finished: step >= totalSteps(config),
    columns,
    tokenRecord: tokensOf(file),
  };
}

function tokensOf(file: Readonly<Record<string, unknown>>): TokenRecord | undefined {
  try {
    return readTokenFile(file);
  } catch (error) {
    throw new RunFileError(error instanceof Error ? error.message : String(error));
  }
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw new RunFileError(`A run's file must be JSON, got ${text.trim() === "" ? "an empty file" : quote(text)}.`);
  }
  return record(file, "A run's file");
}

function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new RunFileError(`${what} must be a JSON object, got ${quote(value)}.`);
}

function configOf(value: unknown): RunConfig {
  const { interventions = [], ...settings } = record(value, "A run's config");
  try {
    const config = parseConfig(settings);
    return { ...config, interventions: interventionsOf(interventions, config) };
  } catch (error) {
    if (error instanceof ConfigError) throw new RunFileError(error.message);
    throw error;
  }
}

function interventionsOf(value: unknown, config: RunConfig): Intervention[] {
  if (!Array.isArray(value)) throw new RunFileError(`A run's interventions must be a list, got ${quote(value)}.`);
  return inOrder(value.map((one) => readIntervention(one, config)));
}

type SeriesJson = Readonly<Record<string, readonly (number | null)[]>>;

function seriesOf(value: unknown): SeriesJson {
  const series = record(value, "A run's series");
  const steps = series.step;
  const ascends = (list: readonly unknown[]) =>
    list.every(
      (step, i) =>
        Number.isInteger(step) && (step as number) >= 0 && (i === 0 || (step as number) > (list[i - 1] as number)),
    );
  if (!Array.isArray(steps) || !ascends(steps)) {
    throw new RunFileError(`A run's series must have a column step of ascending whole numbers, got ${quote(steps)}.`);
  }
  for (const [metric, values] of Object.entries(series)) {
    const fits = Array.isArray(values) && values.every((one) => one === null || typeof one === "number");
    if (fits && values.length === steps.length) continue;
    const got = fits ? `${(values as unknown[]).length}` : quote(values);
    throw new RunFileError(`A run's series ${quote(metric)} must hold ${steps.length} numbers or nulls, got ${got}.`);
  }
  return series as SeriesJson;
}

function metricsOf(value: unknown, what: string): Metrics {
  const entries = Object.entries(record(value, `A run's ${what} metrics`));
  const wrong = entries.find(([, number]) => typeof number !== "number");
  if (wrong) throw new RunFileError(`A run's ${what} ${quote(wrong[0])} must be a number, got ${quote(wrong[1])}.`);
  return Object.fromEntries(entries) as Metrics;
}

function columnsOf({ step: steps = [], ...series }: SeriesJson, initial: Metrics): Columns {
  const start = Object.entries(initial).filter(([metric]) => isEvaluation(metric));
  const shift = start.length > 0 && steps[0] !== 0 ? 1 : 0;
  const column = (values: readonly (number | null)[], first: number) => {
    const filled = new Float64Array(values.length + shift).fill(Number.NaN);
    values.forEach((value, i) => {
      filled[i + shift] = value ?? Number.NaN;
    });
    if (shift === 1) filled[0] = first;
    return filled;
  };
  const names = [...new Set([...Object.keys(series), ...start.map(([metric]) => metric)])];
  const empty = new Array<null>(steps.length).fill(null);
  const first = new Map(start);
  return {
    steps: column(steps, 0),
    metrics: Object.fromEntries(
      names.map((metric) => [metric, column(series[metric] ?? empty, first.get(metric) ?? Number.NaN)]),
    ),
  };
}
