import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FlatConfig, parseConfig, type RunConfig } from "../experiment/config.ts";
import { openPolicy } from "../policy/open.ts";
import type { Policy } from "../policy/policy.ts";
import { MetricTable } from "../record/metricTable.ts";
import { RunError } from "../runError.ts";
import { Run } from "../train/run.ts";
import { startingState } from "../train/startingState.ts";
import type { Alert } from "./alert.ts";
import { alertsOf } from "./index.ts";

const NANO: FlatConfig = { start: "random", size: "nano", prompts: 2, groupSize: 3, evalProblems: 8, evalOod: false };

const SFT: FlatConfig = {
  start: "random",
  size: "nano",
  algorithm: "sft",
  demoBatch: 4,
  evalProblems: 8,
  evalOod: false,
};

async function policyFor(config: RunConfig): Promise<Policy> {
  const read = async (file: string) => new Uint8Array(readFileSync(`public/checkpoints/${file}`));
  return (await openPolicy(await startingState(config, read), { policy: "simd", backend: "wasm" })).policy;
}

/** What a real run suffers from. `spoil` may break the policy on the way. */
async function sufferings(settings: FlatConfig, spoil?: (run: Run) => Promise<void>): Promise<Alert[]> {
  const config = parseConfig(settings);
  const policy = await policyFor(config);
  const metrics = new MetricTable();
  let failure: RunError | undefined;
  try {
    const run = await Run.start(policy, config);
    metrics.append({ step: 0, values: (await run.evaluate()).metrics });
    while (!run.finished) {
      await spoil?.(run);
      const report = await run.advance();
      metrics.append({ step: report.step, values: report.metrics });
      if (run.evaluationDue) metrics.append({ step: run.step, values: (await run.evaluate()).metrics });
    }
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    failure = error;
  } finally {
    policy.dispose();
  }
  return alertsOf({ config, metrics, failure });
}

const named = (alerts: readonly Alert[], id: string) => alerts.find((alert) => alert.id === id);

/** Says what it means and what to try, in sentences. */
function teaches(alert: Alert | undefined): void {
  expect(alert?.meaning).toMatch(/^[A-Z].{60,}\.$/);
  expect(alert?.advice).toMatch(/[Tt]ry .{20,}[.?]$/);
  expect(alert?.charts.length).toBeGreaterThan(0);
}

describe("reward alone with a learning rate that is far too high", () => {
  let alerts: Alert[] = [];
  beforeAll(async () => {
    const settings = { task: "parity", algorithm: "grpo", prompts: 4, groupSize: 8, evalProblems: 16, evalOod: false };
    alerts = await sufferings({
      ...settings,
      start: "native",
      lr: 3e-3,
      warmupSteps: 0,
      steps: 30,
      evalEvery: 10,
      seed: 1,
    });
  }, 120_000);
  afterAll(() => {
    alerts = [];
  });

  test("makes entropy collapse", () => {
    const alert = named(alerts, "entropy-collapse");
    teaches(alert);
    expect(alert!.from).toBeGreaterThan(10);
    expect(alert!.meaning).toMatch(/below a fifth of the 0\.\d\d nats/);
  });
  test("blows up the KL to the start", () => {
    const alert = named(alerts, "kl-blow-up");
    teaches(alert);
    expect(alert!.from).toBe(10);
    expect(alert!.charts).toContain("kl");
  });
  test("ends in answers that are all wrong, from which nothing is learned", () => {
    const alert = named(alerts, "no-learning-signal");
    teaches(alert);
    expect(alert!.meaning).toContain("wrong ones");
  });
});

test("a policy that is never right gives online DPO no pairs", async () => {
  const alerts = await sufferings({ ...NANO, task: "parity", algorithm: "dpo-online", steps: 4 });
  teaches(named(alerts, "pair-famine"));
  expect(named(alerts, "pair-famine")!.from).toBe(1);
});

test("a run whose numbers overflow is stopped, and the alert names step and number", async () => {
  const alerts = await sufferings({ ...SFT, task: "sort", steps: 9 }, async ({ policy, step }) => {
    if (step !== 3) return;
    const state = await policy.export();
    await policy.import({ ...state, weights: state.weights.map((weight) => weight * 1e30) });
  });
  const alert = named(alerts, "non-finite");
  teaches(alert);
  expect(alert!.from).toBe(4);
  expect(alert!.meaning).toMatch(/^Step 4: .* must be finite .* got (NaN|-?Infinity|-?\d)/);
});

test("an ordinary run suffers from nothing", async () => {
  const settings = { task: "parity", algorithm: "sft", demoBatch: 8, evalProblems: 16, evalOod: false };
  expect(await sufferings({ ...settings, start: "native", lr: 1e-4, steps: 12, evalEvery: 6 })).toEqual([]);
}, 60_000);
