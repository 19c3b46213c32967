import { flatten } from "../lab/experiment/config.ts";
import type { Verdict } from "../lab/link/receiptVerdict.ts";
import type { Metrics } from "../lab/objectives/objective.ts";
import type { PolicyInfo } from "../lab/policy/policy.ts";
import type { RunResult } from "../lab/record/runFile.ts";
import type { Run } from "../lab/train/run.ts";

/** What a run in a terminal says about the receipt that its link came with. */
export interface CheckedReceipt {
  readonly verdict: Verdict["kind"];
  readonly sentence: string;
}

/** A file of weights, by its name and what is in it. */
export interface StartedFrom {
  readonly file: string;
  readonly parameterHash: string;
}

/** What `lab train` prints and writes. */
export interface RunFile extends RunResult {
  /** The hash of an address of the page that opens this experiment, with a receipt of this run. */
  readonly link?: string;
  /** What became of the receipt in the link that was trained. */
  readonly receipt?: CheckedReceipt;
  /** The weights that it started from, where that was a file. */
  readonly startedFrom?: StartedFrom;
  /** The checkpoint beside the file, where one was written. */
  readonly checkpoint?: string;
}

/** Collects the metrics of one run. */
export class RunRecord {
  readonly #steps: { readonly step: number; values: Record<string, number> }[] = [];
  #initial: Metrics = {};

  update(step: number, metrics: Metrics): void {
    this.#steps.push({ step, values: { ...metrics } });
  }

  evaluation(step: number, metrics: Metrics): void {
    const row = this.#steps.find((candidate) => candidate.step === step);
    if (row) Object.assign(row.values, metrics);
    else this.#initial = metrics;
  }

  file(run: Run, info: PolicyInfo, parameterHash: string, seconds: number): RunFile {
    const keys = [...new Set(this.#steps.flatMap((row) => Object.keys(row.values)))];
    const series: Record<string, (number | null)[]> = { step: this.#steps.map((row) => row.step) };
    for (const key of keys) series[key] = this.#steps.map((row) => row.values[key] ?? null);
    const { config } = run;
    return {
      config: { ...flatten(config), ...(config.interventions.length > 0 && { interventions: config.interventions }) },
      policy: info.implementation,
      backend: info.backend,
      seed: config.start.seed,
      steps: run.step,
      initial: { ...this.#steps[0]?.values, ...this.#initial },
      final: { ...this.#steps.at(-1)?.values },
      series,
      parameterHash,
      seconds,
    };
  }
}
