import { existsSync } from "node:fs";
import { flatten, type RunConfig } from "../lab/experiment/config.ts";
import { readLink, writeLink } from "../lab/link/link.ts";
import { type Receipt, receiptOf } from "../lab/link/receipt.ts";
import { compare, verdictSentence } from "../lab/link/receiptVerdict.ts";
import { isLink } from "./experiment.ts";
import type { CheckedReceipt } from "./runFile.ts";
import type { Trained } from "./toTheEnd.ts";

/** The receipt that a link carries for exactly this experiment; undefined for anything but such a link. */
export function receiptIn(target: string | undefined, config: RunConfig): Receipt | undefined {
  if (target === undefined || existsSync(target) || !isLink(target)) return undefined;
  const link = readLink(target);
  return sameExperiment(link.config, config) ? link.receipt : undefined;
}

export function checkReceipt(receipt: Receipt, { table, outcome }: Trained): CheckedReceipt {
  const { step, parameterHash } = outcome;
  const verdict = compare(receipt, { run: table, step, backend: backendOf(outcome), parameterHash });
  return { verdict: verdict.kind, sentence: verdictSentence(verdict, receipt) };
}

/** The hash that opens a run's experiment on the page, with a receipt of what came out here. */
export function linkOfRun(config: RunConfig, { table, outcome }: Trained): string {
  const made = { backend: backendOf(outcome), parameterHash: outcome.parameterHash };
  return writeLink({ config, receipt: receiptOf(table, config, outcome.step, made) }).hash;
}

const backendOf = ({ policy, backend }: Trained["outcome"]) => `${policy}/${backend}`;

function sameExperiment(a: RunConfig, b: RunConfig): boolean {
  const key = (config: RunConfig) => JSON.stringify([flatten(config), config.interventions]);
  return key(a) === key(b);
}
