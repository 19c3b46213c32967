import { afterEach, describe, expect, it } from "vitest";
import { type FlatConfig, parseConfig, phasesOf, type RunConfig } from "../experiment/config.ts";
import { toHash } from "../link/hash.ts";
import { fromHash } from "../link/testHash.ts";
import { freshState, type Policy } from "../policy/policy.ts";
import { rngFor, Streams } from "../rng.ts";
import { type Checkpoint, checkpointBytes, readCheckpoint } from "./checkpoint.ts";
import { parameterHash } from "./parameterHash.ts";
import { Run } from "./run.ts";
import { hintReader } from "./testHintReader.ts";

/** For a policy that sorts three digits about half of the time: groups have a spread, so rewards teach something. */
const SMALL: FlatConfig = {
  task: "sort",
  digits: 3,
  start: "random",
  size: "nano",
  lr: 1e-3,
  warmupSteps: 0,
  evalProblems: 8,
  evalEvery: 100,
  evalOod: false,
};
const SAMPLED: FlatConfig = { prompts: 4, groupSize: 4 };

const open: Policy[] = [];
async function policyFor(): Promise<Policy> {
  const policy = await hintReader();
  open.push(policy);
  return policy;
}
afterEach(() => {
  for (const policy of open.splice(0)) policy.dispose();
});

const hashOf = async (policy: Policy) => parameterHash((await policy.export()).weights);

async function checkpointOf(run: Run): Promise<Checkpoint> {
  return readCheckpoint(checkpointBytes({ policy: await run.policy.export(), progress: run.progress }));
}

async function train(run: Run, until = run.steps): Promise<Run> {
  while (run.step < until) await run.advance();
  return run;
}

/** A config with the settings of its second phase, without their prefix. */
function twoPhases(first: FlatConfig, second: FlatConfig): RunConfig {
  const later = Object.entries(second).map(([key, value]) => [`phase2.${key}`, value]);
  return parseConfig({ ...SMALL, ...first, phases: 2, ...Object.fromEntries(later) });
}

/** The sampling calls of a policy: with which weights, how many rows. */
function watchSampling(policy: Policy): { readonly weights: string; readonly rows: number }[] {
  const calls: { weights: string; rows: number }[] = [];
  const { sample } = policy;
  policy.sample = (prompts, options) => {
    calls.push({ weights: options.weights ?? "current", rows: prompts.rows });
    return sample.call(policy, prompts, options);
  };
  return calls;
}

const SFT: FlatConfig = { algorithm: "sft", steps: 4, demoStyle: "native", demoBatch: 4, demoCount: 8 };

/**
 * The second phase by hand: training the first alone, taking its weights out of its checkpoint as a file, and starting the second
 * algorithm from them. Random numbers are keyed by the step of the whole run, so the second part counts on from the first.
 */
async function byHand(first: RunConfig, second: RunConfig): Promise<Run> {
  const begun = await train(await Run.start(await policyFor(), first));
  const { policy: file } = await checkpointOf(begun);
  const policy = await policyFor();
  await policy.import(freshState(file.shape, file.weights));
  await policy.snapshot("start");
  if (second.pairs.syncEvery !== 1) await policy.snapshot("behaviour");
  if (second.pairs.referenceMode !== "fixed") await policy.snapshot("reference");
  const { step, tokens } = begun.progress;
  const config = { ...second, optimizer: { ...second.optimizer, steps: step + second.optimizer.steps } };
  return train(Run.resume(policy, { config, step, tokens, batches: undefined }));
}

describe("a later phase with a fresh optimizer", () => {
  const seconds: readonly (readonly [string, FlatConfig])[] = [
    ["GRPO", { algorithm: "grpo", steps: 4, ...SAMPLED }],
    ["GRPO held to a reference", { algorithm: "grpo", steps: 4, klCoef: 0.5, ...SAMPLED }],
    ["CHORD-φ", { algorithm: "chord-phi", steps: 3, muPeak: 0.5, muSchedule: "fixed", ...SAMPLED }],
    ["online DPO", { algorithm: "dpo-online", steps: 4, pairRule: "best-worst", ...SAMPLED }],
    [
      "offline DPO on a fixed set",
      { algorithm: "dpo-offline", steps: 3, pairSource: "buffer", pairCount: 8, ...SAMPLED },
    ],
  ];
  it.each(seconds)("of %s trains bit for bit as a run started from the file of the first", async (_, second) => {
    const config = twoPhases(SFT, second);
    const whole = await train(await Run.start(await policyFor(), config));
    const border = await train(await Run.start(await policyFor(), config), 4);
    expect(await hashOf(border.policy)).not.toBe(await hashOf(whole.policy));
    const demos = second.algorithm === "chord-phi" ? { demoStyle: "native", demoBatch: 4, demoCount: 8 } : {};
    const alone = parseConfig({ ...SMALL, ...demos, ...second });
    const apart = await byHand(parseConfig({ ...SMALL, ...SFT }), alone);
    expect(await hashOf(whole.policy)).toBe(await hashOf(apart.policy));
    expect((await whole.policy.export()).updates).toBe(Number(second.steps));
  });

  it("begins with other numbers than one that keeps the optimizer", async () => {
    const fresh = twoPhases(SFT, { algorithm: "grpo", steps: 2, ...SAMPLED, klCoef: 1 });
    const kept = twoPhases(SFT, { algorithm: "grpo", steps: 2, ...SAMPLED, klCoef: 1, optimizer: "kept" });
    const [a, b] = [await Run.start(await policyFor(), fresh), await Run.start(await policyFor(), kept)];
    await train(a);
    await train(b);
    expect([(await a.policy.export()).updates, (await b.policy.export()).updates]).toEqual([2, 6]);
    expect(await hashOf(a.policy)).not.toBe(await hashOf(b.policy));
  });
});

describe("the phases of a run", () => {
  it("count warm-up, cosine, µ, and reused batches from their own first step, and steps over the whole run", async () => {
    const config = twoPhases(
      { ...SFT, warmupSteps: 2, lrSchedule: "cosine" },
      { algorithm: "chord-mu", steps: 4, muPeak: 1, muValley: 0, muWarmupSteps: 2, muDecaySteps: 2, ...SAMPLED },
    );
    const run = await Run.start(await policyFor(), config);
    const rates: number[] = [];
    const mus: (number | undefined)[] = [];
    const steps: number[] = [];
    while (!run.finished) {
      const { step, metrics } = await run.advance();
      steps.push(step);
      rates.push(metrics.learning_rate! / 1e-3);
      mus.push(metrics.mu);
    }
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const cycle = [0.5, 1, 0.55, 0.1].map((rate) => expect.closeTo(rate, 12));
    expect(rates).toEqual([...cycle, ...cycle]);
    expect(mus).toEqual([undefined, undefined, undefined, undefined, 0.5, 1, 0.5, 0]);
  });

  it("sample rollouts and report metrics only where the objective in force asks for them", async () => {
    const policy = await policyFor();
    const run = await Run.start(policy, twoPhases(SFT, { algorithm: "grpo", steps: 3, ...SAMPLED }));
    const calls = watchSampling(policy);
    for (let step = 1; step <= 4; step++) {
      const { metrics } = await run.advance();
      expect([metrics.reward, typeof metrics.nll]).toEqual([undefined, "number"]);
    }
    expect(calls).toEqual([]);
    for (let step = 5; step <= 7; step++) {
      const { metrics } = await run.advance();
      expect([typeof metrics.reward, metrics.nll]).toEqual(["number", undefined]);
    }
    expect(calls).toEqual(Array.from({ length: 3 }, () => ({ weights: "current", rows: 16 })));
  });

  it("evaluate at each border, and once there", async () => {
    const run = await Run.start(await policyFor(), twoPhases(SFT, { algorithm: "grpo", steps: 3, ...SAMPLED }));
    const evaluated: number[] = [];
    for await (const event of run.events()) if (event.type === "evaluation") evaluated.push(event.step);
    expect(evaluated).toEqual([0, 4, 7]);
  });

  it("compare with the policy that the phase began with where the reference is a fixed one", async () => {
    const policy = await policyFor();
    const run = await Run.start(
      policy,
      twoPhases(SFT, { algorithm: "dpo-online", pairRule: "best-worst", steps: 2, ...SAMPLED }),
    );
    await train(run, 4);
    const before = await hashOf(policy);
    const read: string[] = [];
    const { score } = policy;
    policy.score = (batch, weights) => {
      if (weights && weights !== "current") read.push(weights);
      return score.call(policy, batch, weights);
    };
    await train(run);
    expect(new Set(read)).toEqual(new Set(["phase"]));
    const { snapshots } = await policy.export();
    expect(parameterHash(snapshots.phase!)).toBe(before);
    expect(parameterHash(snapshots.start!)).not.toBe(before);
    // The distance that evaluations report stays that to the run's own start.
    const { metrics } = await run.evaluate();
    expect(metrics["kl/start"]).toBeGreaterThan(0);
  });

  it("have their own demonstrations written by the policy that the phase began with", async () => {
    const policy = await policyFor();
    const config = twoPhases({ ...SFT, lr: 1e-5 }, { demoStyle: "own", demoCount: 16, steps: 2 });
    const run = await Run.start(policy, config);
    await train(run, 4);
    const calls = watchSampling(policy);
    await train(run);
    expect(calls.map(({ weights }) => weights)).toEqual(["phase"]);
  });

  it("let feeds be read at the very border without changing what is trained", async () => {
    const config = twoPhases(SFT, {
      algorithm: "dpo-offline",
      pairSource: "buffer",
      pairCount: 8,
      steps: 2,
      ...SAMPLED,
    });
    const plain = await train(await Run.start(await policyFor(), config));
    const curious = await Run.start(await policyFor(), config);
    await train(curious, 4);
    expect(await curious.browse({ feed: "offlinePairs", from: 0, count: 8 })).toMatchObject({ prompts: 8 });
    expect(await curious.browse({ feed: "demos", from: 0, count: 8 })).toEqual({ feed: "demos", empty: "unused" });
    await train(curious);
    expect(await hashOf(curious.policy)).toBe(await hashOf(plain.policy));
  });

  it("let an intervention hold until its phase ends, and replay it from the link", async () => {
    const config = twoPhases(SFT, { algorithm: "grpo", steps: 3, ...SAMPLED });
    const byHandRun = await Run.start(await policyFor(), config);
    const rates: number[] = [];
    while (!byHandRun.finished) {
      if (byHandRun.step === 2) byHandRun.intervene("lr", 5e-3);
      if (byHandRun.step === 5) byHandRun.intervene("klCoef", 0.1);
      rates.push((await byHandRun.advance()).metrics.learning_rate!);
    }
    expect(rates).toEqual([1e-3, 1e-3, 5e-3, 5e-3, 1e-3, 1e-3, 1e-3]);
    const { config: linked, issues } = fromHash(toHash(byHandRun.config));
    expect(issues).toEqual([]);
    expect(linked).toEqual(byHandRun.config);
    const replayed = await train(await Run.start(await policyFor(), linked));
    expect(await hashOf(replayed.policy)).toBe(await hashOf(byHandRun.policy));
  });

  it("hold no more of the device in the last phase than its snapshots take", async () => {
    const policy = await policyFor();
    const config = parseConfig({
      ...SMALL,
      ...SFT,
      ...{
        phases: 4,
        "phase2.algorithm": "grpo",
        "phase2.prompts": 2,
        "phase2.groupSize": 3,
        "phase3.algorithm": "sft",
      },
      ...{ "phase4.algorithm": "grpo" },
    });
    const run = await Run.start(policy, config);
    const held: unknown[] = [];
    for (const { last } of phasesOf(config).slice(1)) {
      await train(run, last);
      held.push(policy.memory());
    }
    expect(held[2]).toEqual(held[0]);
  });
});

describe("a run of three phases", () => {
  const config = parseConfig({
    ...SMALL,
    ...SFT,
    updatesPerBatch: 3,
    phases: 3,
    ...{ "phase2.algorithm": "grpo", "phase2.prompts": 4, "phase2.groupSize": 4, "phase2.optimizer": "kept" },
    ...{ "phase2.klCoef": 0.2, "phase2.steps": 5 },
    ...{ "phase3.algorithm": "dpo-semi-online", "phase3.syncEvery": 2, "phase3.referenceMode": "mixed" },
    ...{ "phase3.pairRule": "best-worst", "phase3.steps": 4, "phase3.updatesPerBatch": 1 },
  });

  it("ends with the same weights however often it is cut off, at the borders too", async () => {
    const policy = await policyFor();
    const whole = await Run.start(policy, config);
    const saved: Checkpoint[] = [await checkpointOf(whole)];
    while (!whole.finished) {
      await whole.advance();
      saved.push(await checkpointOf(whole));
    }
    const [end, progress] = [await hashOf(policy), whole.progress];
    expect(saved).toHaveLength(14);
    const rng = rngFor({ seed: 7, stream: Streams.tests, step: 0 }, 0);
    const other = await policyFor();
    let cuts = 0;
    // Fifty moments, among them every one there is: each run goes on from one, and from where it is cut off again.
    while (cuts < 50) {
      let checkpoint = saved[cuts < saved.length ? cuts : rng.below(saved.length)]!;
      for (let done = false; !done; ) {
        await other.import(checkpoint.policy);
        const run = Run.resume(other, checkpoint.progress);
        cuts++;
        await train(run, Math.min(run.steps, run.step + 1 + rng.below(run.steps)));
        done = run.finished;
        if (!done) checkpoint = await checkpointOf(run);
        else expect(run.progress).toEqual(progress);
      }
      expect(await hashOf(other)).toBe(end);
    }
  });

  it.each([0, 2, 9])("gives the same reports with %i steps always under way", async (ahead) => {
    const one = await Run.start(await policyFor(), config);
    const eager = Object.defineProperty(await policyFor(), "ahead", { value: ahead });
    const other = await Run.start(eager, config);
    const told = async (run: Run) => {
      const reports: unknown[] = [];
      for await (const event of run.events()) if (event.type === "update") reports.push(event.report);
      return reports;
    };
    expect(await told(other)).toEqual(await told(one));
    expect(await hashOf(other.policy)).toBe(await hashOf(one.policy));
  });
});
