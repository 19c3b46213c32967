import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type FlatConfig, parseConfig } from "../config.ts";
import { readWeightsFile } from "../policy/native.ts";
import { openPolicy } from "../policy/open.ts";
import { freshState } from "../policy/policy.ts";
import { Run } from "../train/run.ts";
import { WASM_PATHS } from "../train/testPolicy.ts";
import { entropy } from "./entropy.ts";
import { offlineOnline } from "./offlineOnline.ts";
import { shift } from "./shift.ts";
import { pick, recovery, type Study, type Trace, valuesOf } from "./study.ts";

/*
 * The papers' phenomena on the shipped checkpoints, one seed, smaller and shorter than the studies, which have five seeds and
 * intervals (docs/first-results.md). How much smaller was tried with seeds 1, 2 and 3: each bound below holds in all of them.
 */
const SLOW = 400_000;

const settingsOf = (study: Study, arm: string) => study.arms.find(({ id }) => id === arm)!.settings;

/** Trains from the shipped checkpoint and keeps every metric. */
async function trace(settings: FlatConfig, shorter: FlatConfig): Promise<Trace> {
  const config = parseConfig({ ...settings, ...shorter, seed: 1 });
  const file = new URL(`../../../public/checkpoints/${config.task}.safetensors`, import.meta.url);
  const { shape, weights } = readWeightsFile(new Uint8Array(readFileSync(file)));
  const options = { policy: "tfjs", backend: "wasm", wasmPaths: WASM_PATHS } as const;
  const { policy } = await openPolicy(freshState(shape, weights), options);
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

describe("shift, readapt, overfit", () => {
  it(
    "breaks the policy's own style first, teaches the expert's after, and learns 128 answers by heart",
    async () => {
      // Half the answers and a higher rate: it overfits after 100 steps, not after 200 of twice the size.
      const smaller = { demoCount: 128, demoBatch: 32, lr: 5e-4 };
      const sft = await trace(settingsOf(shift, "sft"), { ...smaller, steps: 140, evalEvery: 20, evalProblems: 64 });
      const accuracy = valuesOf(sft, "eval/accuracy");
      expect(Math.min(...accuracy)).toBeLessThan(accuracy[0]! / 2);
      expect(recovery(accuracy)).toBeGreaterThan(0.1 * accuracy[0]!);
      // The loss on held-out expert answers turns up while the training loss still falls.
      expect(pick(sft, "eval/nll", "final")).toBeGreaterThan(pick(sft, "eval/nll", "min"));
      expect(pick(sft, "nll", "final")).toBeLessThan(0.2);
      // What it was not trained on is forgotten.
      expect(pick(sft, "eval/accuracy/sort", "final")).toBeLessThan(pick(sft, "eval/accuracy/sort", "initial") / 2);
    },
    SLOW,
  );
});

describe("offline against online", () => {
  it(
    "leaves offline DPO below online DPO, its chosen answers less likely than they were",
    async () => {
      const shorter = { prompts: 8, steps: 60, evalEvery: 60, evalProblems: 96, evalOod: false };
      const offline = await trace(settingsOf(offlineOnline, "offline"), shorter);
      const online = await trace(settingsOf(offlineOnline, "s1"), shorter);
      const end = (run: Trace) => pick(run, "eval/accuracy_sampled", "final");
      expect(end(online)).toBeGreaterThan(pick(online, "eval/accuracy_sampled", "initial") + 0.2);
      expect(end(offline)).toBeLessThan(end(online));
      expect(pick(offline, "rewards/chosen", "final")).toBeLessThan(0);
    },
    SLOW,
  );
});

describe("entropy", () => {
  it(
    "rises under unweighted expert tokens and stays near where it was under φ",
    async () => {
      const shorter = { prompts: 8, steps: 40, evalEvery: 20, evalProblems: 64, evalOod: false };
      const mu = await trace(settingsOf(entropy, "chord-mu"), shorter);
      const phi = await trace(settingsOf(entropy, "chord-phi"), shorter);
      const raised = 1.5 * pick(mu, "eval/entropy", "initial");
      expect(pick(mu, "eval/entropy", "max")).toBeGreaterThan(raised);
      expect(pick(phi, "eval/entropy", "max")).toBeLessThan(raised);
    },
    SLOW,
  );
});
