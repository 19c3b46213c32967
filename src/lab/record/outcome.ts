import { meanInterval } from "../statistics.ts";
import type { RunRecord } from "./runRecord.ts";

/** A number by which runs are compared once they are over. */
export interface Measure {
  readonly metric: string;
  readonly label: string;
  /** Whether more is better; undefined where neither is. */
  readonly better?: "more" | "less";
}

/** The one number beside a run's name. */
export const ACCURACY = "eval/accuracy";

export const MEASURES: readonly Measure[] = [
  { metric: ACCURACY, label: "Accuracy", better: "more" },
  { metric: "eval/accuracy_sampled", label: "Accuracy, sampled", better: "more" },
  { metric: "eval/ood/accuracy", label: "Out of distribution", better: "more" },
  { metric: "eval/reward", label: "Reward", better: "more" },
  { metric: "eval/nll", label: "Held-out loss", better: "less" },
  { metric: "eval/entropy", label: "Entropy" },
  { metric: "kl/start", label: "KL to the start" },
  { metric: "eval/mean_length", label: "Length" },
];

/** A final metric less the baseline's; undefined unless both have it. */
export function deltaOf(run: RunRecord, base: RunRecord | undefined, metric: string): number | undefined {
  const [mine, theirs] = [run.final[metric], base?.final[metric]];
  return mine === undefined || theirs === undefined || base === run ? undefined : mine - theirs;
}

/** `0.712`, and with several runs `0.712 ± 0.031` (half the width of the 95% t-interval); undefined without a value. */
export function outcomeText(runs: readonly RunRecord[], metric: string, digits = 2): string | undefined {
  const values = runs.map(({ final }) => final[metric]).filter((value) => value !== undefined);
  if (values.length === 0) return undefined;
  const { mean, half } = meanInterval(values);
  return Number.isFinite(half) ? `${minus(mean, digits)} ± ${minus(half, digits)}` : minus(mean, digits);
}

/** With its sign, e.g. `+0.12`, `−0.03`, `±0`. */
export function deltaText(delta: number, digits = 2): string {
  const text = Math.abs(delta).toFixed(digits);
  if (Number(text) === 0) return "±0";
  return `${delta > 0 ? "+" : "−"}${text}`;
}

const minus = (value: number, digits: number) => value.toFixed(digits).replace("-", "−");
