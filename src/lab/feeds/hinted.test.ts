import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Policy } from "../policy/policy.ts";
import { rngFor, Streams } from "../rng.ts";
import { initials } from "../schema.ts";
import { HINTS } from "../settings.ts";
import { TASKS } from "../tasks/index.ts";
import { sort } from "../tasks/sort.ts";
import type { Task } from "../tasks/task.ts";
import { hintReader, SHORT_SORT } from "../train/testHintReader.ts";
import { demonstrations } from "./demonstrations.ts";
import { type WritingOptions, writtenSet } from "./hinted.ts";
import { isRepeating } from "./hintedTrace.ts";

const task = sort as unknown as Task;
const hints = initials(HINTS);
const OPTIONS: WritingOptions = { style: "hinted", seed: 1, split: "train", count: 96, hints };

let policy: Policy;
beforeAll(async () => {
  policy = await hintReader();
  await policy.snapshot("start");
});
afterAll(() => policy.dispose());

const write = (options: Partial<WritingOptions> = {}) =>
  writtenSet(policy, task, SHORT_SORT, { ...OPTIONS, ...options });

describe("demonstrations that the policy writes", () => {
  it("keeps its own right answers and hints only the failures, most of which then come out right", async () => {
    const own = await write({ style: "own" });
    const both = await write();
    expect(both.yields.own).toBe(own.yields.own);
    expect(own.yields).toMatchObject({ asked: 96, hinted: 0, wrong: 96 - own.yields.own });
    // It copies a hint far more often than it sorts by itself.
    const failures = 96 - both.yields.own;
    expect(both.yields.hinted / failures).toBeGreaterThan(0.6);
    expect(both.yields.own / 96).toBeLessThan(0.6);
    const { asked, ...parts } = both.yields;
    expect(Object.values(parts).reduce((sum, count) => sum + count, 0)).toBe(asked);
    expect(both.items.filter((item) => item.writer === "own")).toEqual(own.items);
  });

  it("holds only right answers, to the expert's problems and in their order", async () => {
    const { items } = await write();
    const prompts = demonstrations(task, SHORT_SORT, { style: "expert", seed: 1, split: "train", count: 96 }).map(
      ({ problem }) => problem.prompt,
    );
    const places = items.map(({ problem }) => prompts.indexOf(problem.prompt));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    for (const item of items) expect(task.verify(item.problem, item.completion, SHORT_SORT)).toBe(1);
  });

  it("traces who chose each token: the hinted stream the first, the student all of its own answers", async () => {
    const { items, meanLambda } = await write();
    for (const { writer, trace, completion } of items) {
      expect(trace.map(({ token }) => token).join("")).toBe(`${completion}<eos>`);
      if (writer === "own") expect(trace.every((token) => token.chosenBy === "student")).toBe(true);
      else expect(trace[0]).toMatchObject({ lambda: 0, chosenBy: "hint" });
    }
    const lambdas = items.flatMap((item) => (item.writer === "own" ? [] : item.trace.map(({ lambda }) => lambda)));
    expect(meanLambda).toBeCloseTo(lambdas.reduce((a, b) => a + b, 0) / lambdas.length, 12);
    expect(lambdas.some((lambda) => lambda > 0 && lambda < 1)).toBe(true);
  });

  it("gives the student more say as β grows; at β = 0 the hinted stream chooses alone", async () => {
    const at = async (hintBeta: number) => (await write({ hints: { ...hints, hintBeta } })).meanLambda;
    const [none, some, much] = [await at(0), await at(1), await at(5)];
    expect(none).toBe(0);
    expect(some).toBeGreaterThan(none);
    expect(much).toBeGreaterThan(some);
  });

  it("is a pure function of the starting weights and the seed, however far training has gone", async () => {
    const once = await write();
    const trained = await hintReader();
    await trained.snapshot("start");
    const state = await trained.export();
    await trained.import({ ...state, weights: state.weights.map((w) => 0.5 * w) });
    expect(await writtenSet(trained, task, SHORT_SORT, OPTIONS)).toEqual(once);
    trained.dispose();
    expect((await write({ seed: 2 })).items).not.toEqual(once.items);
  });

  it("takes the hint from the expert's answer where it is told to", async () => {
    // Sorting has one right answer, so that both hints say the same and the sets agree.
    expect(await write({ hints: { ...hints, hintSource: "expert" } })).toEqual(await write());
  });

  it("refuses an endless set", async () => {
    await expect(write({ count: 0 })).rejects.toThrow(/at least 1 .* got 0\.$/);
  });
});

describe("repetition", () => {
  it("is seen in an answer that says one piece five times, and in no demonstration of any task", () => {
    expect(isRepeating("abcdef".repeat(5))).toBe(true);
    expect(isRepeating("abcdef".repeat(4))).toBe(false);
    expect(isRepeating(`x${"0".repeat(30)}`)).toBe(true);
    for (const each of TASKS) {
      const params = initials(each.params);
      for (let row = 0; row < 100; row++) {
        const rng = rngFor({ seed: 1, stream: Streams.tests, step: 0 }, row);
        const problem = each.problem(rng, "train", params);
        for (const style of ["native", "expert"] as const) {
          const completion = each.demonstrate(problem, style, rng, params);
          expect([each.id, completion, isRepeating(completion)]).toEqual([each.id, completion, false]);
        }
      }
    }
  });
});
