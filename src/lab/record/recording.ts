import * as v from "valibot";
import type { RunConfig } from "../experiment/config.ts";
import type { MetricName } from "../metrics.ts";
import { objectiveById } from "../objectives/index.ts";
import type { Sample, TokenRow } from "../train/report.ts";
import { ascending, fields, list, metricValues, readAs, step, text } from "./fileSchema.ts";
import { MetricTable } from "./metricTable.ts";
import { configOf, type Outcome, type ReadRun, RUN_FIELDS, type RunResult, runOf, runResult } from "./runFile.ts";
import { SAMPLE } from "./sampleFile.ts";
import { TOKEN_STEPS } from "./tokenFile.ts";
import type { TokenStep } from "./tokenRecord.ts";

/** Samples of one evaluation. */
interface SampleStep {
  readonly step: number;
  readonly samples: readonly Sample[];
}

/** What a recording adds to the file of its run. */
interface Shown {
  readonly preset: string;
  /** What made it, to be typed again. */
  readonly command: string;
  /** Tokens of a few steps, with the credit that trained them. */
  readonly tokens: readonly TokenStep[];
  readonly samples: readonly SampleStep[];
}

/**
 * The file of a recording: a finished run's file, thinned until it is small enough to be shown before anything is computed.
 * Made by `lab record`, never by hand; every number in it was measured.
 */
interface RecordingFile extends RunResult, Shown {
  readonly format: 2;
}

/** A recording that was read. */
export type Recording = Shown &
  Pick<ReadRun, "config" | "policy" | "backend" | "seconds" | "table"> & { readonly parameterHash: string };

export function recordingFile(
  config: RunConfig,
  table: MetricTable,
  made: Omit<Outcome, "final">,
  shown: Shown,
): RecordingFile {
  const thin = thinTable(table, config.algorithm, config.evaluation.evalEvery);
  return { format: 2, ...shown, ...runResult(config, thin, { ...made, final: thin.newest() }) };
}

const SHOWN = {
  preset: text(200),
  command: text(1000),
  tokens: TOKEN_STEPS,
  samples: ascending(fields({ step, samples: list(SAMPLE, 1000) }), 1000),
};

const RECORDING = fields({ format: v.literal(2, "must be 1 or 2"), ...RUN_FIELDS, ...SHOWN });

/** Of earlier builds: a row for each step instead of a column for each metric. */
const RECORDING_1 = fields({
  ...SHOWN,
  format: v.literal(1),
  config: RUN_FIELDS.config,
  policy: RUN_FIELDS.policy,
  backend: RUN_FIELDS.backend,
  seconds: RUN_FIELDS.seconds,
  parameterHash: RUN_FIELDS.parameterHash,
  rows: ascending(fields({ step, values: metricValues }), 10_000),
});

/** @throws {FileError} where the content is not a recording of a format that this build knows. */
export function readRecording(content: unknown): Recording {
  if ((content as { readonly format?: unknown } | null)?.format === 1) {
    const { rows, config, samples, format: _, ...file } = readAs(RECORDING_1, content, "A recording's");
    const table = new MetricTable();
    for (const row of rows) table.append(row);
    return { ...file, config: configOf(config), table, samples: samples as readonly SampleStep[] };
  }
  const file = readAs(RECORDING, content, "A recording's");
  const { config, policy, backend, seconds, table } = runOf(file);
  const { preset, command, tokens, samples, parameterHash } = file;
  const shown = { preset, command, tokens, samples: samples as readonly SampleStep[] };
  return { ...shown, config, policy, backend, seconds, table, parameterHash };
}

/** Steps kept: evaluations always, and the others thinned evenly to about this many. */
const MOST_ROWS = 200;
/** What the workbench's common charts show. */
const CHARTED =
  /^(reward|accuracy|loss|entropy|mu|nll|kl|num_tokens|grad_norm|frac_reward_zero_std|completions\/mean_length|token_weight\/(mean|max|p05|p25|p50|p75|p95)|expert\/entropy|loss\/\w+|rewards\/\w+|pairs\/valid_frac|eval\/(accuracy|accuracy_sampled|reward|entropy|nll|mean_length)|eval\/ood\/accuracy|kl\/start)$/;

/** The rows of a run that are worth keeping, with the metrics that are shown, at 5 significant digits. */
export function thinTable(table: MetricTable, algorithm: string, evalEvery: number): MetricTable {
  const own = new Set<string>(
    (objectiveById(algorithm).charts ?? []).flatMap(({ series }) => series.map(({ metric }) => metric)),
  );
  const { steps, metrics } = table.rows();
  const shown = Object.entries(metrics).filter(([metric]) => CHARTED.test(metric) || own.has(metric));
  const stride = Math.max(1, Math.ceil(steps.length / MOST_ROWS));
  const thin = new MetricTable();
  steps.forEach((step, i) => {
    if (i % stride !== 0 && i !== steps.length - 1 && step % evalEvery !== 0) return;
    const values = shown.flatMap(([metric, column]) =>
      Number.isFinite(column[i]!) ? [[metric as MetricName, digits(column[i]!, 5)] as const] : [],
    );
    thin.append({ step, values: Object.fromEntries(values) });
  });
  return thin;
}

/** A token row at 3 significant digits. */
export function thinRow(row: TokenRow): TokenRow {
  const list = (values: readonly number[]) => values.map((value) => digits(value, 3));
  return {
    ...row,
    logp: list(row.logp),
    entropy: list(row.entropy),
    weight: list(row.weight),
    views: Object.fromEntries(Object.entries(row.views).map(([name, values]) => [name, list(values)])),
  };
}

/** Steps whose tokens are kept: the first, the last, and a few between that lie closer together at the start. */
export function tokenSteps(steps: number): number[] {
  const shares = [0, 0.08, 0.17, 0.33, 0.5, 0.75, 1];
  return [...new Set(shares.map((share) => Math.max(1, Math.round(share * steps))))];
}

function digits(value: number, count: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(count)) : 0;
}
