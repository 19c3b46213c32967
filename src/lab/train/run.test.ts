import { afterEach, describe, expect, it } from "vitest";
import { type FlatConfig, parseConfig, type RunConfig } from "../experiment/config.ts";
import { toHash } from "../link/hash.ts";
import { fromHash } from "../link/testHash.ts";
import { OBJECTIVES } from "../objectives/index.ts";
import { type MuValues, muAt } from "../objectives/terms/mix.ts";
import type { Policy } from "../policy/policy.ts";
import { type Checkpoint, checkpointBytes, readCheckpoint } from "./checkpoint.ts";
import { parameterHash } from "./parameterHash.ts";
import { Run } from "./run.ts";
import { hintReader } from "./testHintReader.ts";
import { nanoPolicy } from "./testPolicy.ts";

const SMALL: FlatConfig = {
  task: "sort",
  start: "random",
  size: "nano",
  steps: 6,
  warmupSteps: 2,
  lr: 1e-3,
  evalProblems: 8,
  evalEvery: 3,
};

/** The small settings that this algorithm has a use for. */
function configFor(algorithm: string, extra: FlatConfig = {}): RunConfig {
  const feeds = OBJECTIVES.find((objective) => objective.id === algorithm)!.feeds;
  const samples = feeds.some((feed) => feed !== "demos");
  return parseConfig({
    ...SMALL,
    algorithm,
    ...(feeds.includes("demos") && { demoBatch: 4, demoCount: 8 }),
    ...(samples && { prompts: 2, groupSize: 3 }),
    ...(algorithm === "hinted" && { digits: 3 }),
    ...extra,
  });
}

const open: Policy[] = [];
/** Untrained; where the algorithm needs a policy that reads hints, one that does. */
async function policyFor(algorithm?: string): Promise<Policy> {
  const reads = OBJECTIVES.find(({ id }) => id === algorithm)?.demoStyle === "hinted";
  const policy = await (reads ? hintReader() : nanoPolicy());
  open.push(policy);
  return policy;
}
afterEach(() => {
  for (const policy of open.splice(0)) policy.dispose();
});

async function checkpointOf(run: Run): Promise<Checkpoint> {
  const bytes = checkpointBytes({ policy: await run.policy.export(), progress: run.progress });
  return readCheckpoint(bytes);
}

async function hashOf(policy: Policy): Promise<string> {
  return parameterHash((await policy.export()).weights);
}

async function trained(config: RunConfig, steps = config.optimizer.steps): Promise<Run> {
  const run = await Run.start(await policyFor(), config);
  while (run.step < steps) await run.advance();
  return run;
}

describe.each(OBJECTIVES.map((objective) => objective.id))("a run of %s", (algorithm) => {
  it("trains, reports finite numbers, and goes on from a checkpoint as if it had never stopped", async () => {
    const config = configFor(algorithm);
    const whole = await Run.start(await policyFor(algorithm), config);
    let middle: Checkpoint | undefined;
    while (!whole.finished) {
      const { metrics } = await whole.advance(true);
      for (const [name, value] of Object.entries(metrics)) expect([name, Number.isFinite(value)]).toEqual([name, true]);
      if (whole.objective.feeds.includes("demos")) {
        expect(metrics["token_weight/p05"]).toBeLessThanOrEqual(metrics["token_weight/p95"]!);
        expect(metrics["token_weight/p95"]).toBeLessThanOrEqual(metrics["token_weight/max"]!);
      }
      if (whole.step === 3) middle = await checkpointOf(whole);
    }
    const policy = await policyFor(algorithm);
    await policy.import(middle!.policy);
    const rest = Run.resume(policy, middle!.progress);
    while (!rest.finished) await rest.advance();
    expect(await hashOf(rest.policy)).toBe(await hashOf(whole.policy));
    expect(rest.progress).toEqual(whole.progress);
  });
});

describe.each(OBJECTIVES.map((objective) => objective.id))("a run of %s", (algorithm) => {
  it("holds no more of the device after 25 steps than after 5, also after an error", async () => {
    const policy = await policyFor(algorithm);
    const run = await Run.start(policy, configFor(algorithm, { steps: 30, evalEvery: 4 }));
    const held: unknown[] = [];
    while (run.step < 25) {
      await run.advance(run.step % 3 === 0);
      if (run.evaluationDue) await run.evaluate();
      if (run.step === 5 || run.step === 25) held.push(policy.memory());
    }
    expect(held[1]).toEqual(held[0]);
    const broken = await policy.export();
    await policy.import({ ...broken, weights: broken.weights.map(() => Number.NaN) });
    const fails = async () => {
      if (run.objective.feeds.includes("demos")) await expect(run.advance()).rejects.toThrow("Step 26");
    };
    await fails();
    const before = policy.memory();
    await fails();
    expect(policy.memory()).toEqual(before);
  });
});

describe("a run", () => {
  it("is a pure function of its config: the seed decides, nothing else", async () => {
    const config = configFor("chord-mu");
    const once = await hashOf((await trained(config)).policy);
    expect(await hashOf((await trained(config)).policy)).toBe(once);
    expect(await hashOf((await trained(configFor("chord-mu", { seed: 2 }))).policy)).not.toBe(once);
  });

  it.each([0, 1, 2, 9])("gives the same reports and weights with %i steps always under way", async (ahead) => {
    const config = configFor("chord-mu");
    const one = await Run.start(await policyFor(), config);
    const eager = Object.defineProperty(await policyFor(), "ahead", { value: ahead });
    const other = await Run.start(eager, config);
    const reports: unknown[] = [];
    while (!other.finished) {
      const before = await other.launch(true);
      if (before) reports.push(before);
    }
    for (let report = await other.settle(); report; report = await other.settle()) reports.push(report);
    const expected: unknown[] = [];
    while (!one.finished) expected.push(await one.advance(true));
    expect(reports).toEqual(expected);
    expect(await hashOf(other.policy)).toBe(await hashOf(one.policy));
  });

  it("tells the same updates and evaluations pulled in one go and in pieces, each evaluation after its update and none twice", async () => {
    const told = async (pieces: readonly number[]) => {
      const run = await Run.start(await policyFor(), configFor("grpo", { steps: 5, evalEvery: 2 }));
      const events: [string, unknown][] = [];
      for (const piece of pieces) {
        for await (const event of run.events({ until: () => piece, inspect: (step) => step === 4 })) {
          if (event.type === "update") events.push([`update ${event.report.step}`, event.report]);
          if (event.type === "evaluation") events.push([`evaluation ${event.step}`, event.evaluation]);
        }
        expect(run.step).toBe(Math.min(piece, 5));
      }
      return events;
    };
    const whole = await told([9]);
    expect(await told([0, 1, 3, 3, 5])).toEqual(whole);
    expect(whole.map(([name]) => name).join(", ")).toBe(
      "evaluation 0, update 1, update 2, evaluation 2, update 3, update 4, evaluation 4, update 5, evaluation 5",
    );
    const withRows = whole.filter(([, told]) => ((told as { rows?: unknown[] }).rows ?? []).length > 0);
    expect(withRows.map(([name]) => name)).toEqual(["update 4"]);
  });

  it("charts µ exactly as the schedule says", async () => {
    const config = configFor("chord-mu", { muPeak: 0.9, muValley: 0.05, muWarmupSteps: 2, muDecaySteps: 3 });
    const run = await Run.start(await policyFor(), config);
    while (!run.finished) {
      const { step, metrics } = await run.advance();
      expect(metrics.mu).toBeCloseTo(muAt(step, config.params as never), 12);
    }
  });

  it("evaluates greedy and sampled answers, in and out of distribution, before the first step too", async () => {
    const run = await Run.start(await policyFor(), configFor("grpo"));
    expect(run.evaluationDue).toBe(true);
    const { metrics, samples } = await run.evaluate();
    for (const key of [
      "eval/accuracy",
      "eval/accuracy_sampled",
      "eval/ood/accuracy",
      "eval/entropy",
      "eval/nll",
    ] as const) {
      expect(metrics[key]).toBeGreaterThanOrEqual(0);
    }
    expect(metrics["kl/start"]).toBeCloseTo(0, 6);
    expect(samples.map((sample) => sample.split)).toContain("ood");
  });

  it("shows the page the same credit that trained the policy, positive where a token was made likelier", async () => {
    const run = await Run.start(await policyFor(), configFor("sft"));
    const { rows } = await run.advance(true);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(row.weight).toHaveLength(row.tokens.length);
      expect(row.tokens.at(-1)).toBe("<eos>");
      // SFT: every token of the batch has the same weight, one over their number.
      expect(new Set(row.weight).size).toBe(1);
      expect(row.weight[0]).toBeGreaterThan(0);
    }
  });

  it("goes on exactly from the middle of a batch that several updates share", async () => {
    const config = configFor("grpo", { updatesPerBatch: 3 });
    const whole = await trained(config);
    const part = await trained(config, 4);
    const { policy: state, progress } = await checkpointOf(part);
    expect(progress.batches).toHaveLength(1);
    const policy = await policyFor();
    await policy.import(state);
    const rest = Run.resume(policy, progress);
    while (!rest.finished) await rest.advance();
    expect(await hashOf(policy)).toBe(await hashOf(whole.policy));
  });

  it("replays interventions from the config as they were made by hand", async () => {
    const byHand = await Run.start(await policyFor(), configFor("chord-mu"));
    while (!byHand.finished) {
      if (byHand.step === 2) byHand.intervene("lr", 5e-3);
      await byHand.advance();
    }
    const replayed = await trained(byHand.config);
    expect(byHand.config.interventions).toEqual([{ step: 3, key: "lr", value: 5e-3 }]);
    expect(await hashOf(replayed.policy)).toBe(await hashOf(byHand.policy));
  });

  it("trains with µ as it was drawn on the way, and its link trains to the same weights", async () => {
    const byHand = await Run.start(await policyFor(), configFor("chord-mu", { muDrawn: "1-0.8_6-0.3" }));
    const edits = ["2-0.7_6-0.1", "4-0.5", ""];
    const mu: number[] = [];
    while (!byHand.finished) {
      if (byHand.step % 2 === 1) byHand.intervene("muDrawn", edits[(byHand.step - 1) / 2]!);
      mu.push((await byHand.advance()).metrics.mu!);
    }
    const schedule = muAt(6, { ...(byHand.config.params as never as MuValues), muDrawn: "" });
    const drawn = [0.8, 0.7, 0.7 - 0.15, 0.5, 0.5, schedule];
    expect(mu).toEqual(drawn.map((value) => expect.closeTo(value, 12)));
    const link = toHash(byHand.config);
    const { config, issues } = fromHash(link);
    expect(issues).toEqual([]);
    expect(config.interventions).toHaveLength(3);
    expect(await hashOf((await trained(config)).policy)).toBe(await hashOf(byHand.policy));
  });

  it("keeps a change that a link makes later when another is made by hand before it", async () => {
    const linked = { ...configFor("chord-mu"), interventions: [{ step: 5, key: "lr", value: 1e-4 }] };
    const run = await Run.start(await policyFor(), linked);
    run.intervene("lr", 5e-3);
    expect(run.config.interventions.map(({ step }) => step)).toEqual([1, 5]);
    const rates: number[] = [];
    while (!run.finished) rates.push((await run.advance()).metrics.learning_rate!);
    expect(rates.slice(1)).toEqual([5e-3, 5e-3, 5e-3, 1e-4, 1e-4]);
  });

  it("stops at the step where a number is no longer finite, and names it", async () => {
    const policy = await policyFor();
    const run = await Run.start(policy, configFor("sft"));
    await run.advance();
    const state = await policy.export();
    await policy.import({ ...state, weights: state.weights.map(() => Number.NaN) });
    await expect(run.advance()).rejects.toThrow(/^Step 2: log-probabilities \(demos\) must be finite/);
  });
});
