import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FlatConfig, flatten, parseConfig, withSettings } from "../experiment/config.ts";
import { readLink, writeLink } from "../link/link.ts";
import type { Policy } from "../policy/policy.ts";
import type { DataRow } from "../tasks/dataRow.ts";
import { dataSetOf } from "../tasks/dataSet.ts";
import { hashInTaskId } from "../tasks/dataTask.ts";
import { knowData, taskById } from "../tasks/index.ts";
import { problemWith } from "../tasks/parts.ts";
import { Run } from "../train/run.ts";
import { nanoPolicy } from "../train/testPolicy.ts";
import { judgeFor } from "./judge.ts";
import { judged } from "./judgement.ts";
import { ownFunctionsIn } from "./ownFunctions.ts";
import type { SandboxMessage } from "./sandbox/protocol.ts";
import { QuickJsSandbox } from "./sandbox/quickJs.ts";
import { provideSandbox, type SandboxPort } from "./sandbox/sandbox.ts";
import { answering } from "./sandbox/serve.ts";

const sums: DataRow[] = Array.from({ length: 16 }, (_, i) => ({ prompt: `${i}+1=`, answer: String(i + 1) }));
const pairs: DataRow[] = Array.from({ length: 40 }, (_, i) => ({
  ...{ prompt: `say ${i}`, chosen: i % 2 ? "yes!" : "oh yes", rejected: i % 2 ? "no!" : "oh no" },
}));
const task = knowData(dataSetOf(sums), "sums.jsonl");
const chosen = knowData(dataSetOf(pairs), "pairs.jsonl");
const configOf = (settings: FlatConfig, id = task.id) =>
  parseConfig({
    ...{ task: id, algorithm: "grpo", start: "random", size: "nano", steps: 2, evalProblems: 8 },
    ...{ prompts: 2, groupSize: 2, ...settings },
  });
const judgeWith = (settings: FlatConfig, of = task) => judgeFor(of, configOf(settings, of.id));
const problem = { prompt: "3+1=", kind: task.id };

/** The sandbox of these tests runs where they do. */
function here(): SandboxPort {
  let hear: (message: SandboxMessage) => void = () => {};
  const answer = answering(
    () => QuickJsSandbox.open(() => 0),
    (message) => hear(message),
  );
  return {
    post: (request) => void answer(request),
    listen: (message) => {
      hear = message;
    },
    end: () => {},
  };
}

const open: Policy[] = [];
beforeEach(() => provideSandbox(here));
afterEach(() => {
  for (const policy of open.splice(0)) policy.dispose();
});
async function runOf(settings: FlatConfig, id?: string): Promise<Run> {
  const policy = await nanoPolicy();
  open.push(policy);
  return Run.start(policy, configOf(settings, id));
}

describe("a weighted sum", () => {
  test("adds its parts by their weights, and says each: 1 · right + 0.5 · length", () => {
    const { judge } = judgeWith({ lengthWeight: 0.5, lengthTarget: 2 });
    // "4" has one character of two: 1 − |1 − 2| / 2 = 0.5; 1 · 1 + 0.5 · 0.5 = 1.25.
    expect(judge(problem, "4", true)).toEqual({
      ...{ reward: 1.25, correct: 1, judge: "sum" },
      parts: { right: 1, length: 0.5 },
    });
    expect(judge(problem, "so>4", true).parts).toEqual({ right: 1, length: 0.5 });
    expect(judge(problem, "45", true)).toMatchObject({ reward: 0.5, correct: 0 });
  });

  test("is 0 for an answer that never ended, and for a prompt of nobody's", () => {
    const { judge } = judgeWith({ rightWeight: 0, jsonWeight: 1, containsWeight: 2 });
    expect(judge(problem, "[4]", true).reward).toBe(3);
    expect(judge(problem, "[4]", false).reward).toBe(0);
    expect(judge({ prompt: "who?", kind: task.id }, "[4]", true).reward).toBe(0);
  });

  test("travels in a link, the function's lines too", () => {
    const config = configOf({
      ...{ numericWeight: 0.25, functionWeight: 1 },
      rewardFunction: "function reward({ completion }) {\n  return completion.length; // 100% & more\n}\n",
    });
    const { hash, cuts } = writeLink({ config });
    const read = readLink(hash);
    expect([read.issues, cuts.length]).toEqual([[], 0]);
    expect(flatten(read.config)).toEqual(flatten(config));
    expect(ownFunctionsIn(read.config).map(({ source }) => source)).toEqual([config.rewards.rewardFunction]);
  });

  test("is refused a weight below 0 and a function beyond its length", () => {
    expect(() => configOf({ exactWeight: -1 })).toThrow("must be a number in [0, 10]");
    expect(() => configOf({ rewardFunction: "x".repeat(2001) })).toThrow("text of at most 2000 characters, got");
  });
});

describe("on a task of the lab", () => {
  const asked = { prompt: "1,2,3:6=", kind: "countdown" };

  test("the verifier is a part like the others, of weight 1", () => {
    const { judge } = judgeWith({ lengthWeight: 0.5, lengthTarget: 10 }, taskById("countdown"));
    // Five characters of ten: 1 · 1 + 0.5 · 0.5; the verifier knows other right answers than the lab's own.
    for (const right of ["1+2+3", "3+2+1"])
      expect(judge(asked, right, true)).toMatchObject({ reward: 1.25, correct: 1, parts: { right: 1, length: 0.5 } });
    expect(judge(asked, "1+2+3", false).reward).toBe(0);
  });

  test("without other parts the verifier's opinion is the reward as it was, and the link has no word of it", () => {
    const config = parseConfig({ task: "countdown", algorithm: "grpo" });
    expect(judgeFor(taskById("countdown"), config).judge(asked, "1+2+3", true)).toEqual({
      ...{ reward: 1, correct: 1, judge: "verifier" },
    });
    expect(writeLink({ config }).hash).not.toMatch(/Weight|pattern|length/);
  });

  test("a verdict of weight 0 with nothing beside it rewards nothing", () => {
    const { judge } = judgeWith({ rightWeight: 0 }, taskById("countdown"));
    expect(judge(asked, "1+2+3", true)).toMatchObject({ reward: 0, correct: 1, parts: { right: 1 } });
  });

  test("pairs that were the data's own are named where a task of the lab takes its place", () => {
    const onData = configOf({ preferenceWeight: 1 }, chosen.id);
    const moved = withSettings(onData, { task: "countdown" });
    expect(moved.rewards.preferenceData).toBe(hashInTaskId(chosen.id));
    expect(() => judgeFor(taskById("countdown"), moved)).not.toThrow();
    expect(withSettings(onData, { task: task.id }).rewards.preferenceData).toBe("");
  });

  test("parts that compare take the lab's own answer, and a pattern may be one's own", () => {
    const { judge } = judgeWith(
      { containsWeight: 1, patternWeight: 2, patternText: "[0-9]\\+.*" },
      taskById("countdown"),
    );
    const parts = (text: string) => judge(asked, text, true).parts;
    expect(parts("1+2+3")).toEqual({ right: 1, contains: 1, pattern: 1 });
    expect(parts("1*2*3")).toEqual({ right: 1, contains: 0, pattern: 0 });
  });

  test("a function is given the lab's own answer, and the kind of the problem in its row", async () => {
    const source =
      "const reward = ({ prompt, answer, row }) => row.kind === 'parity' && prompt === row.prompt ? +answer : -1;";
    const judge = judgeWith({ rightWeight: 0, functionWeight: 1, rewardFunction: source }, taskById("duo"));
    const read = () => [judge.judge(problemWith(taskById("duo"), "p0111010111="), "1", true).reward];
    expect(await judged(judge, read)).toEqual([1]);
  });

  test("taste stays measured beside the parts, and a model of taste stands alone", () => {
    const sentence = taskById("sentence");
    const at = { prompt: "dog ", kind: "sentence" };
    const weighed = judgeWith({ lengthWeight: 1 }, sentence).judge(at, "hugs owl.", true);
    expect(weighed).toMatchObject({ judge: "sum", utility: sentence.style!.utility(at, "hugs owl.") });
    const model = judgeWith({ lengthWeight: 1, rewardSource: "model" }, sentence).judge(at, "hugs owl.", true);
    expect([model.judge, model.parts]).toEqual(["model", undefined]);
  });

  test("a model of pairs is refused without a data set that has some, and learns from one", async () => {
    expect(() => judgeWith({ preferenceWeight: 1 }, taskById("countdown"))).toThrow("has no pairs of its own");
    const settings = { preferenceWeight: 1, preferenceData: hashInTaskId(chosen.id)! };
    const { judge } = judgeWith(settings, taskById("countdown"));
    expect(judge(asked, "yes!", true).parts!.preference).toBeGreaterThan(judge(asked, "no!", true).parts!.preference!);
  });

  test("a run is rewarded by them, and its numbers without them are those of before", async () => {
    const of = (settings: FlatConfig) => runOf({ start: "random", size: "nano", ...settings }, "parity");
    const [plain, zero] = [await of({}), await of({ lengthWeight: 0 })];
    const first = await plain.advance();
    expect(await zero.advance()).toEqual(first);
    expect(Object.keys(first.metrics).filter((name) => /^rewards/.test(name))).toEqual([]);
    const { metrics } = await (await of({ lengthWeight: 1 })).advance();
    expect(metrics.reward).toBeCloseTo(metrics["rewards/right/mean"]! + metrics["rewards/length/mean"]!, 6);
  });
});

describe("a function of one's own", () => {
  const source = "const reward = ({ completion, answer, ended }) => ended && completion === answer ? 3 : -1;";

  test("is known once it has been asked for, and rewards what did not end as it says", async () => {
    const judge = judgeWith({ rightWeight: 0, functionWeight: 0.5, rewardFunction: source });
    const read = () => [judge.judge(problem, "4", true).reward, judge.judge(problem, "4", false).reward];
    expect(await judged(judge, read)).toEqual([1.5, -0.5]);
    expect(await judge.settle!()).toBe(false);
  });

  test("says how far it has come, from none to all of the answers that it does not know yet", async () => {
    const heard: string[] = [];
    const config = configOf({ functionWeight: 1, rewardFunction: source });
    const judge = judgeFor(task, config, (done, of) => heard.push(`${done} of ${of}`));
    const read = () => ["4", "5", "4"].map((text) => judge.judge(problem, text, true).reward);
    await judged(judge, read);
    expect(heard).toEqual(["0 of 2", "1 of 2", "2 of 2"]);
  });

  test("rewards a run and is charted, with its evaluation; again with the same numbers", async () => {
    const settings = { functionWeight: 1, rewardFunction: "const reward = (x) => x.completion.length / 100;" };
    const [run, again] = [await runOf(settings), await runOf(settings)];
    const { metrics } = await run.advance(true);
    expect(metrics["rewards/function/mean"]).toBeGreaterThan(0);
    expect(metrics.reward).toBeCloseTo(metrics["rewards/right/mean"]! + metrics["rewards/function/mean"]!, 6);
    const report = await again.advance(true);
    expect({ ...report.metrics }).toEqual({ ...metrics });
    expect(report.rows[0]!.parts).toHaveProperty("function");
    expect((await run.evaluate()).metrics["eval/reward"]).toBeGreaterThan(0);
    const page = await run.browse({ feed: "rollouts", from: 0, count: 2 });
    expect("items" in page && page.items[0]!.answers[0]!.parts).toHaveProperty("function");
  });

  test.each([
    ["throw new Error('no')", "failed at line 1: Error: no, called with the completion"],
    ["return NaN", "must return a finite number, got NaN"],
  ])("stops the run with the reason where it does not answer: %s", async (body, reason) => {
    const run = await runOf({ functionWeight: 1, rewardFunction: `function reward() { ${body} }` });
    await expect(run.advance()).rejects.toThrow(reason);
    await expect(run.evaluate()).rejects.toThrow("Step 0: Your reward function");
    expect(run.step).toBe(0);
  });
});

describe("a model of the data's own pairs", () => {
  test("scores what was chosen above what was rejected, and is measured on pairs that it was not fitted to", () => {
    const { judge, quality } = judgeWith({ rightWeight: 0, preferenceWeight: 1 }, chosen);
    const at = { prompt: "say 1", kind: chosen.id };
    expect(judge(at, "yes!", true).reward).toBeGreaterThan(judge(at, "no!", true).reward);
    expect(judge(at, "yes!", false).reward).toBeLessThan(judge(at, "yes!", true).reward);
    expect(quality!.accuracy).toBe(1);
    expect(quality!.ece).toBeLessThan(0.5);
  });

  test("trains a run that samples, and is refused without pairs", async () => {
    const run = await runOf({ preferenceWeight: 1 }, chosen.id);
    const { metrics } = await run.advance();
    expect(Number.isFinite(metrics["rewards/preference/mean"])).toBe(true);
    expect(metrics["reward_model/accuracy"]).toBe(1);
    await expect((await runOf({ preferenceWeight: 1 })).advance()).rejects.toThrow("at least 10 pairs of chosen");
  });
});
