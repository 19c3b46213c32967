import { afterEach, describe, expect, it } from "vitest";
import { type FlatConfig, parseConfig } from "../experiment/config.ts";
import { type Policy, PolicyError } from "../policy/policy.ts";
import { keepsTokens } from "../record/tokenRecord.ts";
import { readCheckpoint } from "../train/checkpoint.ts";
import { Run } from "../train/run.ts";
import { nanoPolicy } from "../train/testPolicy.ts";
import type { Command, LabEvent } from "./protocol.ts";
import { Conductor } from "./runController.ts";

const config = (extra: FlatConfig = {}) =>
  parseConfig({
    task: "sort",
    algorithm: "sft",
    start: "random",
    size: "nano",
    steps: 5,
    demoBatch: 4,
    demoCount: 8,
    evalProblems: 8,
    evalOod: false,
    ...extra,
  });

const policies = new Set<{ dispose(): void }>();
afterEach(() => {
  for (const policy of policies) policy.dispose();
  policies.clear();
});

/** A conductor on a real policy, with what it posted and a way to wait for an event. */
function stage(now = () => performance.now()) {
  const events: LabEvent[] = [];
  const waiting: { test: (event: LabEvent) => boolean; resolve: () => void }[] = [];
  const conductor = new Conductor({
    post(event) {
      events.push(event);
      for (const waiter of waiting) if (waiter.test(event)) waiter.resolve();
    },
    async open(command) {
      const checkpoint = command.checkpoint && readCheckpoint(new Uint8Array(command.checkpoint));
      const policy = await nanoPolicy();
      policies.add(policy);
      if (!checkpoint) return Run.start(policy, command.config);
      await policy.import(checkpoint.policy);
      return Run.resume(policy, checkpoint.progress);
    },
    now,
    rest: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
  const until = (test: (event: LabEvent) => boolean) =>
    new Promise<void>((resolve) => {
      if (events.some(test)) resolve();
      else waiting.push({ test, resolve });
    });
  const phase = (name: string, step?: number) =>
    until(
      (event) =>
        event.type === "state" &&
        event.state.phase === name &&
        (step === undefined || ("step" in event.state && event.state.step === step)),
    );
  return { conductor, events, until, phase };
}

const open = (runId: string, extra: FlatConfig = {}, checkpoint?: ArrayBuffer): Extract<Command, { type: "open" }> => ({
  type: "open",
  runId,
  config: config(extra),
  policy: "tfjs",
  backend: "wasm",
  ...(checkpoint && { checkpoint }),
});

const stepsOf = (events: readonly LabEvent[]) =>
  events
    .flatMap((event) => (event.type === "metrics" ? event.rows : []))
    .filter((row) => "loss" in row.values)
    .map((row) => row.step);

describe("a conductor", () => {
  it("opens a run ready at step 0, with the first evaluation done", async () => {
    const { conductor, events, phase } = stage();
    conductor.open(open("a"));
    await phase("ready", 0);
    conductor.pause("a");
    await new Promise((resolve) => setTimeout(resolve, 0));
    const rows = events.flatMap((event) => (event.type === "metrics" ? event.rows : []));
    expect(rows[0]?.step).toBe(0);
    expect(rows[0]?.values["eval/accuracy"]).toBeGreaterThanOrEqual(0);
  });

  it("trains to the end and tells every step exactly once", async () => {
    const { conductor, events, phase } = stage();
    conductor.open(open("a"));
    conductor.train("a");
    await phase("finished", 5);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(stepsOf(events)).toEqual([1, 2, 3, 4, 5]);
    expect(events.filter((event) => event.type === "tokens").length).toBeGreaterThan(0);
  });

  it("steps by exactly one, then waits; trains on to a given step; stops for good", async () => {
    const { conductor, events, phase } = stage();
    conductor.open(open("a"));
    conductor.step("a");
    await phase("paused", 1);
    conductor.train("a", 3);
    await phase("paused", 3);
    conductor.stop("a");
    await phase("stopped", 3);
    conductor.train("a");
    conductor.step("a");
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(stepsOf(events)).toEqual([1, 2, 3]);
  });

  it("answers a pause within one step", async () => {
    const { conductor, events, phase } = stage();
    conductor.open(open("a", { steps: 500 }));
    conductor.train("a");
    await phase("training");
    conductor.pause("a");
    await phase("paused");
    expect(stepsOf(events).length).toBeLessThanOrEqual(1);
  });

  it("hands over a checkpoint from which another run goes on", async () => {
    const { conductor, events, until, phase } = stage();
    conductor.open(open("a"));
    conductor.train("a", 2);
    await phase("paused", 2);
    conductor.checkpoint("a");
    await until((event) => event.type === "checkpoint");
    const saved = events.find((event) => event.type === "checkpoint")!;
    conductor.open(open("b", {}, saved.bytes));
    conductor.train("b");
    await phase("finished", 5);
    conductor.checkpoint("b");
    await until((event) => event.type === "checkpoint" && event.runId === "b");
    const whole = stage();
    whole.conductor.open(open("c"));
    whole.conductor.train("c");
    whole.conductor.checkpoint("c");
    await whole.phase("finished", 5);
    whole.conductor.checkpoint("c");
    await whole.until((event) => event.type === "checkpoint" && event.step === 5);
    const hash = (list: readonly LabEvent[], runId: string) =>
      list
        .filter((event) => event.type === "checkpoint" && event.runId === runId)
        .map((event) => (event as { hash: string }).hash)
        .at(-1);
    expect(hash(events, "b")).toBe(hash(whole.events, "c"));
  });

  it("surveys data sets at rest and between two steps of a run that trains on", async () => {
    const { conductor, events, until, phase } = stage();
    conductor.open(open("a", { steps: 500 }));
    conductor.ask({ type: "survey", runId: "a", sources: ["own", "expert"], count: 8 });
    await until((event) => event.type === "survey");
    expect(events.find((event) => event.type === "survey")).toMatchObject({
      step: 0,
      survey: { problems: 8, sets: [{ source: "own" }, { source: "expert", rows: 8 }] },
    });
    conductor.train("a");
    await until((event) => event.type === "metrics" && event.rows.some((row) => row.step > 0));
    conductor.ask({ type: "survey", runId: "a", sources: ["native"], count: 8 });
    await until((event) => event.type === "survey" && event.step > 0);
    expect(events.findLast((event) => event.type === "state")).toMatchObject({ state: { phase: "training" } });
    conductor.stop("a");
    await phase("stopped");
  });

  it("answers what the weights would write at each place of a row, at rest and between two steps", async () => {
    const { conductor, events, until, phase } = stage();
    const row = { feed: "demos", prompt: "31=", tokens: ["1", "3", "<eos>"] };
    conductor.open(open("a", { steps: 500 }));
    conductor.ask({ type: "inspect", runId: "a", row });
    await until((event) => event.type === "candidates");
    conductor.train("a");
    await until((event) => event.type === "metrics" && event.rows.some(({ step }) => step > 0));
    conductor.ask({ type: "inspect", runId: "a", row });
    await until((event) => event.type === "candidates" && event.step > 0);
    conductor.ask({ type: "inspect", runId: "a", row: { ...row, prompt: "É" } });
    await until((event) => event.type === "candidates" && event.candidates.length === 0);
    conductor.stop("a");
    await phase("stopped");
    const answers = events.filter((event) => event.type === "candidates");
    for (const { candidates } of answers.slice(0, 2))
      expect(candidates.map((place) => place.length)).toEqual([8, 8, 8]);
  });

  it("tells the tokens of every step that is kept with the run, however little time has passed", async () => {
    // A clock that stands still: nothing is ever due.
    const { conductor, events, phase } = stage(() => 0);
    conductor.open(open("a", { steps: 60, evalEvery: 1000 }));
    conductor.train("a");
    await phase("finished", 60);
    await new Promise((resolve) => setTimeout(resolve, 0));
    const told = events.flatMap((event) => (event.type === "tokens" ? [event.step] : []));
    expect(told).toEqual(Array.from({ length: 60 }, (_, i) => i + 1).filter((step) => keepsTokens(step, 60)));
    expect(told.length).toBeLessThan(41);
  });

  it("leafs through the feeds at rest and during a run; what there is not is said, and the run goes on", async () => {
    const { conductor, events, until, phase } = stage();
    conductor.open(open("a", { steps: 500 }));
    conductor.ask({ type: "browse", runId: "a", query: { feed: "demos", from: 6, count: 5 } });
    conductor.ask({ type: "openItem", runId: "a", feed: "demos", index: 7 });
    await until((event) => event.type === "feedItem");
    const page = events.find((event) => event.type === "feedPage")!;
    expect(page).toMatchObject({ query: { from: 6 }, page: { total: 8, items: [{ index: 6 }, { index: 7 }] } });
    expect(events.find((event) => event.type === "feedItem")).toMatchObject({
      item: { step: 0, rows: [{ feed: "demos" }] },
    });
    conductor.train("a");
    await until((event) => event.type === "metrics" && event.rows.some(({ step }) => step > 0));
    conductor.ask({ type: "browse", runId: "a", query: { feed: "rollouts", from: 0, count: 5 } });
    conductor.ask({ type: "openItem", runId: "a", feed: "demos", index: 8 });
    await until((event) => event.type === "feedItem" && "issue" in event.item);
    expect(events.findLast((event) => event.type === "feedPage")).toMatchObject({ page: { empty: "unused" } });
    expect(events.findLast((event) => event.type === "feedItem")).toMatchObject({
      item: { issue: "An item of demos must be one of 8, got 8." },
    });
    expect(events.findLast((event) => event.type === "state")).toMatchObject({ state: { phase: "training" } });
    conductor.stop("a");
    await phase("stopped");
  });

  it("watches the same demonstrations from the first step to the last, whatever is in the batch", async () => {
    const { conductor, events, phase } = stage();
    conductor.open(open("a"));
    conductor.watch("a", 2);
    conductor.train("a");
    await phase("finished", 5);
    const watched = events.filter((event) => event.type === "watched");
    expect(watched[0]!.step).toBe(0);
    expect(watched.at(-1)!.step).toBe(5);
    expect(watched[0]!.rows).toHaveLength(2);
    expect(watched.slice(1).every(({ rows }) => rows === undefined)).toBe(true);
    for (const { scores } of watched) {
      expect(scores.map(({ logp }) => logp.length)).toEqual(watched[0]!.rows!.map(({ tokens }) => tokens.length));
    }
    const [first, last] = [watched[0]!, watched.at(-1)!].map(({ scores }) => scores[0]!.logp.reduce((a, b) => a + b));
    expect(last).not.toBe(first);
  });

  it("shows the newest evaluation's answers where the steps themselves sample nothing", async () => {
    const { conductor, events, phase } = stage();
    conductor.open(open("a", { evalEvery: 2 }));
    conductor.train("a");
    await phase("finished", 5);
    await new Promise((resolve) => setTimeout(resolve, 0));
    const shown = events.filter((event) => event.type === "samples");
    expect(shown.at(-1)!.step).toBe(5);
    expect(shown.at(-1)!.samples.every(({ split }) => split === "id")).toBe(true);
  });

  it("measures the reward model of a run that has one, and says when there is none", async () => {
    const { conductor, events, until, phase } = stage();
    conductor.open(open("a"));
    conductor.ask({ type: "rewardModel", runId: "a" });
    await until((event) => event.type === "rewardModel");
    expect(events.find((event) => event.type === "rewardModel")).toMatchObject({ report: null });
    conductor.open(open("b", { task: "sentence", algorithm: "chord-mu", rewardSource: "model", rewardPairs: 50 }));
    await phase("ready");
    conductor.ask({ type: "rewardModel", runId: "b" });
    await until((event) => event.type === "rewardModel" && event.runId === "b");
    const { report } = events.filter((event) => event.type === "rewardModel").at(-1)!;
    expect(report!.bins).toHaveLength(10);
    expect(report!.accuracy).toBeGreaterThan(0.5);
  });

  it("says so when it was the device that failed and not the run", async () => {
    const { conductor, events, phase } = stage();
    conductor.open(open("a"));
    await phase("ready");
    const [policy] = policies as Set<Policy>;
    policy!.learn = async () => {
      throw new PolicyError("device", "the GPU was lost");
    };
    conductor.train("a");
    await phase("failed");
    expect(events.findLast(({ type }) => type === "state")).toEqual({
      type: "state",
      runId: "a",
      state: { phase: "failed", step: 0, message: "the GPU was lost", lost: true },
    });
  });

  it("turns a failure into a state with a sentence, and still opens the next run", async () => {
    const { conductor, events, phase } = stage();
    conductor.open(open("a", {}, new Uint8Array([1, 2, 3]).buffer));
    await phase("failed");
    const failed = events.findLast((event) => event.type === "state");
    expect(failed).toMatchObject({ state: { message: expect.stringContaining("at least 8 bytes") } });
    conductor.open(open("b"));
    await phase("ready");
  });

  it("forgets a run that another one replaced", async () => {
    const { conductor, events, phase } = stage();
    conductor.open(open("a", { steps: 500 }));
    conductor.train("a");
    await phase("training");
    conductor.open(open("b"));
    await phase("stopped");
    await phase("ready");
    conductor.train("a");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(events.filter((event) => event.runId === "a" && event.type === "state").at(-1)).toMatchObject({
      state: { phase: "stopped" },
    });
  });
});
