import { flatten, type RunConfig } from "../lab/experiment/config.ts";
import { readLink, writeLink } from "../lab/link/link.ts";
import { type MetricColumns, type Receipt, receiptOf } from "../lab/link/receipt.ts";
import { compare, verdictSentence } from "../lab/link/receiptVerdict.ts";
import { readRunFile } from "../lab/record/runFile.ts";
import type { CheckedReceipt, RunFile } from "./runFile.ts";

/** The receipt that a link carries for exactly this experiment; undefined for anything but such a link. */
export function receiptIn(target: string | undefined, config: RunConfig): Receipt | undefined {
  if (target === undefined || !target.includes("#")) return undefined;
  const link = readLink(target.slice(target.indexOf("#")));
  return sameExperiment(link.config, config) ? link.receipt : undefined;
}

export function checkReceipt(receipt: Receipt, file: RunFile): CheckedReceipt {
  const { steps: step, parameterHash } = file;
  const verdict = compare(receipt, { run: columnsOf(file), step, backend: backendOf(file), parameterHash });
  return { verdict: verdict.kind, sentence: verdictSentence(verdict, receipt) };
}

/** The hash that opens a run's experiment on the page, with a receipt of what came out here. */
export function linkOfRun(config: RunConfig, file: RunFile): string {
  const made = { backend: backendOf(file), parameterHash: file.parameterHash };
  return writeLink({ config, receipt: receiptOf(columnsOf(file), config, file.steps, made) }).hash;
}

const backendOf = ({ policy, backend }: RunFile) => `${policy}/${backend}`;

function columnsOf(file: RunFile): MetricColumns {
  const { steps, metrics } = readRunFile(JSON.stringify(file), 0).columns;
  return {
    column(metric) {
      const values = metrics[metric];
      return values && { steps, values, length: steps.length };
    },
  };
}

function sameExperiment(a: RunConfig, b: RunConfig): boolean {
  const key = (config: RunConfig) => JSON.stringify([flatten(config), config.interventions]);
  return key(a) === key(b);
}
