import type { Trace } from "./study.ts";

/** A run with the given metrics evaluated at the start and after each of a few steps. */
export function runOf(metrics: Readonly<Record<string, readonly number[]>>): Trace {
  const entries = Object.entries(metrics);
  return {
    initial: Object.fromEntries(entries.map(([key, values]) => [key, values[0]!])),
    final: Object.fromEntries(entries.map(([key, values]) => [key, values.at(-1)!])),
    // A metric of updates has its first value in both.
    series: Object.fromEntries(
      entries.map(([key, values]) => [key, /^(eval\/|kl\/start)/.test(key) ? values.slice(1) : values]),
    ),
  };
}
