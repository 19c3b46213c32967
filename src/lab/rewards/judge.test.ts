import { afterEach, describe, expect, it } from "vitest";
import { type FlatConfig, parseConfig } from "../experiment/config.ts";
import type { Policy } from "../policy/policy.ts";
import { mixture } from "../tasks/mixture.ts";
import { sentence } from "../tasks/sentence.ts";
import { sort } from "../tasks/sort.ts";
import type { Task } from "../tasks/task.ts";
import { checkpointBytes, readCheckpoint } from "../train/checkpoint.ts";
import { parameterHash } from "../train/parameterHash.ts";
import { Run } from "../train/run.ts";
import { nanoPolicy } from "../train/testPolicy.ts";
import { judgeFor } from "./judge.ts";

const judgeOn = (task: unknown, rewardSource: string, extra: FlatConfig = {}) => {
  const { id } = task as Task;
  return judgeFor(task as Task, parseConfig({ task: id, algorithm: "grpo", rewardSource, rewardPairs: 256, ...extra }));
};
const dog = { prompt: "dog ", kind: "sentence" };
const cat = { prompt: "cat ", kind: "sentence" };
const GOOD = "hugs fun top owl.";
const POOR = "robs bad sad fox.";

describe("a judge", () => {
  it("passes the verifier's opinion on as it is, and knows the utility where there is one", () => {
    const judge = judgeOn(sentence, "verifier");
    expect(judge.model).toBeUndefined();
    expect(judge.judge(dog, POOR, true)).toMatchObject({ reward: 1, correct: 1, judge: "verifier" });
    expect(judge.judge(dog, GOOD, true).utility).toBeCloseTo(sentence.style!.utility(dog, GOOD), 12);
    expect(judge.judge(dog, GOOD, false)).toMatchObject({ reward: 0, correct: 0 });
    const { taskParams, rewards, start } = parseConfig({ task: "sort", algorithm: "grpo" });
    const verdict = judgeFor(sort as unknown as Task, { taskParams, rewards, start }).judge(
      { prompt: "s21=", kind: "sort" },
      "12",
      true,
    );
    expect(verdict).toEqual({ reward: 1, correct: 1, judge: "verifier" });
  });

  it("gives the model's score as a z-score over the answers that it was trained on, and the lowest to what never ended", () => {
    const { model, judge } = judgeOn(sentence, "model");
    const z = (score: number) => Math.fround((score - model!.mean) / model!.std);
    expect(judge(dog, GOOD, true)).toMatchObject({ judge: "model", correct: 1, reward: z(model!.score(dog, GOOD)) });
    expect(judge(dog, GOOD, true).reward).toBeGreaterThan(judge(dog, POOR, true).reward);
    expect(judge(dog, GOOD, false).reward).toBe(z(model!.lowest));
    expect(Math.abs(judge(dog, GOOD, true).reward)).toBeLessThan(5);
  });

  it("shares the work by problem when mixed, each source on its own scale", () => {
    const { judge } = judgeOn(sentence, "mixed");
    expect([judge(dog, GOOD, true).judge, judge(cat, GOOD, true).judge]).toEqual(["model", "verifier"]);
    const [right, wrong] = [judge(cat, GOOD, true), judge(cat, "fun fun", true)];
    expect([right.correct, wrong.correct]).toEqual([1, 0]);
    expect(right.reward).toBeGreaterThan(0);
    expect(wrong.reward).toBeLessThan(0);
    // Two values with mean p and spread √(p(1−p)) lie 1/√(p(1−p)) apart; a third of the demonstrations is flawed.
    expect(right.reward - wrong.reward).toBeCloseTo(1 / Math.sqrt((1 / 3) * (2 / 3)), 0);
  });

  it("leaves a mixture's other kinds to the verifier when mixed, and without a reward where only the model speaks", () => {
    const addition = { prompt: "a37+85=", kind: "addition" };
    const sentenceInside = { prompt: "wdog ", kind: "sentence" };
    const mixed = judgeOn(mixture, "mixed", { withSentence: true }).judge;
    expect(mixed(sentenceInside, GOOD, true).judge).toBe("model");
    expect(mixed(addition, mixture.solution(addition, { withSentence: true, focus: "all" }), true)).toMatchObject({
      judge: "verifier",
      correct: 1,
    });
    const alone = judgeOn(mixture, "model", { withSentence: true }).judge;
    expect(alone(addition, "1", true)).toEqual({ reward: 0, correct: 0, judge: "none" });
  });
});

const open: Policy[] = [];
afterEach(() => {
  for (const policy of open.splice(0)) policy.dispose();
});

async function nano(): Promise<Policy> {
  const policy = await nanoPolicy();
  open.push(policy);
  return policy;
}

const hashOf = async ({ policy }: Run) => parameterHash((await policy.export()).weights);

const small = (algorithm: string, extra: FlatConfig = {}) =>
  parseConfig({
    ...{ task: "sentence", algorithm, start: "random", size: "nano", steps: 4, lr: 1e-3 },
    ...{ prompts: 3, groupSize: 4, rewardPairs: 64, rewardSource: "model", evalProblems: 8, evalOod: false },
    ...(algorithm.startsWith("chord") && { demoBatch: 4, demoCount: 8 }),
    ...extra,
  });

describe("a run rewarded by a model", () => {
  it.each(["grpo", "chord-mu", "dpo-online", "dpo-offline"])(
    "trains %s and charts the true utility beside",
    async (algorithm) => {
      const run = await Run.start(await nano(), small(algorithm, { temperature: 0.5 }));
      const { metrics } = await run.advance();
      expect(metrics.reward).toBeCloseTo(metrics["rewards/model/mean"]!, 6);
      expect(metrics).not.toHaveProperty("rewards/verifier/mean");
      for (const key of ["gold/mean", "unique_outputs", "reward_model/accuracy", "reward_model/ece"] as const) {
        expect([key, Number.isFinite(metrics[key])]).toEqual([key, true]);
      }
      expect(metrics.unique_outputs).toBeLessThanOrEqual(12);
      expect((await run.evaluate()).metrics).toHaveProperty(["eval/gold/mean"]);
    },
  );

  it("goes on exactly from the middle of a batch of scored rollouts", async () => {
    const config = small("grpo", { updatesPerBatch: 3 });
    const whole = await Run.start(await nano(), config);
    let bytes: Uint8Array | undefined;
    while (!whole.finished) {
      await whole.advance();
      if (whole.step === 2) bytes = checkpointBytes({ policy: await whole.policy.export(), progress: whole.progress });
    }
    const { policy: state, progress } = readCheckpoint(bytes!);
    const policy = await nano();
    await policy.import(state);
    const rest = Run.resume(policy, progress);
    while (!rest.finished) await rest.advance();
    expect(await hashOf(rest)).toBe(await hashOf(whole));
  });

  it("keeps the two sources apart when they share the work", async () => {
    const run = await Run.start(await nano(), small("grpo", { rewardSource: "mixed", prompts: 8 }));
    const { metrics } = await run.advance();
    expect(metrics["rewards/verifier/mean"]).toBeGreaterThanOrEqual(0);
    expect(metrics["rewards/verifier/mean"]).toBeLessThanOrEqual(1);
    expect(Number.isFinite(metrics["rewards/model/mean"])).toBe(true);
  });
});
