import type { TokenRow } from "../train/report.ts";
import type { TokenRecord, TokenStep, WatchedColumn } from "./tokenRecord.ts";

/** One row whose first log-probability says which step it is of. */
export function rowAt(step: number, length = 3): TokenRow {
  const list = (first: number) => Array.from({ length }, (_, t) => Math.fround(first + t / 8));
  return {
    feed: "rollouts",
    prompt: "3,1,2=",
    tokens: Array.from({ length }, (_, t) => (t === length - 1 ? "<eos>" : String(t % 10))),
    logp: list(-step),
    entropy: list(0.5),
    weight: list(0.25),
    views: { ratio: list(1), advantage: list(-1) },
    reward: 1,
    batch: { rows: 8, tokens: 24, length: 3 },
  };
}

export const stepAt = (step: number, length?: number): TokenStep => ({ step, rows: [rowAt(step, length)] });

export const columnAt = (step: number): WatchedColumn => ({
  step,
  scores: [{ logp: Float32Array.of(-1 - step, -0.5), entropy: Float32Array.of(0.5, 0.25) }],
});

export const tokenRecord = (...steps: number[]): TokenRecord => ({
  steps: steps.map((step) => stepAt(step)),
  watched: { rows: [{ prompt: "31=", tokens: ["1", "3"] }], columns: [0, ...steps].map(columnAt) },
});
