import { readFileSync } from "node:fs";
import { type FlatConfig, parseConfig } from "../experiment/config.ts";
import { openPolicy } from "../policy/open.ts";
import { Run } from "../train/run.ts";
import { startingState } from "../train/startingState.ts";
import type { Study, Trace } from "./study.ts";

const CHECKPOINTS = new URL("../../../public/checkpoints/", import.meta.url);

/** A limit against hanging: these tests train for many seconds. */
export const SLOW = 400_000;

/**
 * One arm of a study, trained from the shipped checkpoint with one seed, every metric kept. `smaller` makes it a test of the
 * science that does not take minutes; docs/results.md has the lessons as they are, five seeds and intervals. How much
 * smaller was tried with seeds 1, 2 and 3: the bounds of the tests hold in all of them.
 */
export async function trace(study: Study, arm: string, smaller: FlatConfig): Promise<Trace> {
  const { settings } = study.arms.find(({ id }) => id === arm)!;
  const config = parseConfig({ ...settings, seed: 1, ...smaller });
  const read = async (file: string) => new Uint8Array(readFileSync(new URL(file, CHECKPOINTS)));
  const { policy } = await openPolicy(await startingState(config, read), { policy: "simd", backend: "wasm" });
  try {
    const run = await Run.start(policy, config);
    const initial = (await run.evaluate()).metrics;
    const series: Record<string, number[]> = {};
    while (!run.finished) {
      const { metrics } = await run.advance();
      const measured = run.evaluationDue ? { ...metrics, ...(await run.evaluate()).metrics } : metrics;
      for (const [key, value] of Object.entries(measured)) series[key] = [...(series[key] ?? []), value];
    }
    return { initial, final: {}, series };
  } finally {
    policy.dispose();
  }
}
