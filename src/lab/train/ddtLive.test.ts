import { afterEach, describe, expect, it } from "vitest";
import { type FlatConfig, parseConfig } from "../experiment/config.ts";
import type { Policy } from "../policy/policy.ts";
import { cllMetrics, liveCll } from "./ddtLive.ts";
import { Run } from "./run.ts";
import { nanoPolicy } from "./testPolicy.ts";

const open: Policy[] = [];
afterEach(() => {
  for (const policy of open.splice(0)) policy.dispose();
});

async function runOf(algorithm: string, extra: FlatConfig = {}): Promise<Run> {
  const policy = await nanoPolicy();
  open.push(policy);
  const small = { task: "sort", start: "random", size: "nano", steps: 2, evalProblems: 8, evalOod: false };
  return Run.start(policy, parseConfig({ ...small, algorithm, ...extra }));
}

describe("CLL of batches", () => {
  // log p + H: 0.5, −0.5, −2, −6; the third token of the first batch is not scored.
  const first = { scores: scoresOf([-0.5, -1, -99], [1, 0.5, 0]), mask: Float32Array.of(1, 1, 0) };
  const second = { scores: scoresOf([-3, -7], [1, 1]), mask: Float32Array.of(1, 1) };

  it("pools the scored tokens of all of them", () => {
    expect(cllMetrics([first, second], "x/")).toEqual({
      "x/mean": -2,
      "x/std": Math.sqrt((2.5 ** 2 + 1.5 ** 2 + 0 + 4 ** 2) / 3),
      "x/positive_ratio": 0.25,
      "x/below_1": 0.5,
      "x/below_3": 0.25,
      "x/below_5": 0.25,
    });
  });

  it("keeps expert rows and own samples apart, and says nothing of what is not there", () => {
    const part = (name: string, mask: Float32Array) => ({ name, sequences: { mask } });
    const both = liveCll([part("demos", first.mask), part("rollouts", second.mask)], [first.scores, second.scores]);
    expect(both["cll/demos/mean"]).toBeCloseTo(0, 12);
    expect(both["cll/own/mean"]).toBeCloseTo(-4, 12);
    const pairs = liveCll(
      [part("onlinePairs/chosen", second.mask), part("onlinePairs/rejected", second.mask)],
      [second.scores, second.scores],
    );
    expect(Object.keys(pairs).filter((key) => key.startsWith("cll/demos"))).toEqual([]);
    expect(cllMetrics([], "x/")).toEqual({});
  });

  function scoresOf(logp: number[], entropy: number[]) {
    return { logp: Float32Array.from(logp), entropy: Float32Array.from(entropy) };
  }
});

describe("a run", () => {
  it("reports the demonstrations' CLL at every step, and of own samples at evaluations, where it trains on nothing else", async () => {
    const run = await runOf("sft", { demoBatch: 4, demoCount: 8 });
    const { metrics } = await run.advance();
    expect(metrics["cll/demos/mean"]).toBeCloseTo(metrics["expert/cll/mean"]!, 12);
    expect(metrics["cll/demos/below_1"]).toBeGreaterThanOrEqual(metrics["cll/demos/below_3"]!);
    expect(Object.keys(metrics).filter((key) => key.startsWith("cll/own"))).toEqual([]);
    const { metrics: evaluated } = await run.evaluate();
    // Own samples are a zero-mean martingale: about 50 tokens of standard deviation under 1.
    expect(Math.abs(evaluated["eval/cll/own/mean"]!)).toBeLessThan(
      4 * (evaluated["eval/cll/own/std"]! / Math.sqrt(50)) + 1e-3,
    );
  });

  it("reports own samples at every step where it makes them", async () => {
    const run = await runOf("grpo", { prompts: 4, groupSize: 4 });
    expect(Number.isFinite((await run.advance()).metrics["cll/own/mean"])).toBe(true);
    const mixed = await runOf("chord-mu", { demoBatch: 4, demoCount: 8, prompts: 2, groupSize: 3 });
    const { metrics } = await mixed.advance();
    expect(metrics["cll/demos/mean"]).not.toBe(metrics["cll/own/mean"]);
  });
});
