import { afterEach, describe, expect, it } from "vitest";
import { type FlatConfig, parseConfig } from "../experiment/config.ts";
import { type Policy, PolicyError } from "../policy/policy.ts";
import { keepsTokens } from "../record/tokenRecord.ts";
import { readCheckpoint } from "../train/checkpoint.ts";
import { checksum } from "../train/checksum.ts";
import { Run } from "../train/run.ts";
import { nanoPolicy } from "../train/testPolicy.ts";
import type { Command, LabEvent } from "./protocol.ts";
import type { Answers, Reply, RunQuestion } from "./questions.ts";
import { RunController } from "./runController.ts";

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

/** A controller on a real policy, with what it posted and a way to wait for an event. */
function stage(now = () => performance.now()) {
  const events: LabEvent[] = [];
  const waiting: { test: (event: LabEvent) => boolean; resolve: () => void }[] = [];
  const replies = new Map<number, (reply: Reply) => void>();
  const controller = new RunController({
    post(event) {
      if (event.type === "reply") {
        replies.get(event.id)?.(event);
        return;
      }
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
  let asked = 0;
  const reply = (question: RunQuestion) =>
    new Promise<Reply>((resolve) => {
      replies.set(++asked, resolve);
      controller.ask(asked, question);
    });
  /** The answer to a question; fails the test where there is none. */
  async function ask<Q extends RunQuestion>(question: Q): Promise<Answers[Q["type"]]> {
    const got = await reply(question);
    if ("issue" in got) throw new Error(got.issue);
    return got.answer as Answers[Q["type"]];
  }
  return { controller, events, until, phase, ask, reply };
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

describe("a controller", () => {
  it("opens a run ready at step 0, with the first evaluation done", async () => {
    const { controller, events, phase } = stage();
    controller.open(open("a"));
    await phase("ready", 0);
    controller.pause("a");
    await new Promise((resolve) => setTimeout(resolve, 0));
    const rows = events.flatMap((event) => (event.type === "metrics" ? event.rows : []));
    expect(rows[0]?.step).toBe(0);
    expect(rows[0]?.values["eval/accuracy"]).toBeGreaterThanOrEqual(0);
  });

  it("trains to the end and tells every step exactly once", async () => {
    const { controller, events, phase } = stage();
    controller.open(open("a"));
    controller.train("a");
    await phase("finished", 5);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(stepsOf(events)).toEqual([1, 2, 3, 4, 5]);
    expect(events.filter((event) => event.type === "tokens").length).toBeGreaterThan(0);
  });

  it("says the step after which an evaluation comes before it begins", async () => {
    // No flush is ever due by itself on a clock that stands still.
    const { controller, events, phase } = stage(() => 0);
    controller.open(open("a", { evalEvery: 2 }));
    controller.train("a");
    await phase("finished", 5);
    const rows = events.flatMap((event) => (event.type === "metrics" ? [event.rows] : []));
    const evaluations = rows.filter((some) => some.some(({ step, values }) => step > 0 && "eval/accuracy" in values));
    // At steps 2, 4 and 5: none comes with its own step's row, which was told before.
    expect(evaluations.map((some) => some[0]!.step)).toEqual([2, 4, 5]);
    for (const some of evaluations) expect(some[0]!.values).not.toHaveProperty("loss");
  });

  it("steps by exactly one, then waits; trains on to a given step; stops for good", async () => {
    const { controller, events, phase } = stage();
    controller.open(open("a"));
    controller.step("a");
    await phase("paused", 1);
    controller.train("a", 3);
    await phase("paused", 3);
    controller.stop("a");
    await phase("stopped", 3);
    controller.train("a");
    controller.step("a");
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(stepsOf(events)).toEqual([1, 2, 3]);
  });

  it("answers a pause within one step", async () => {
    const { controller, events, phase } = stage();
    controller.open(open("a", { steps: 500 }));
    controller.train("a");
    await phase("training");
    controller.pause("a");
    await phase("paused");
    expect(stepsOf(events).length).toBeLessThanOrEqual(1);
  });

  it("hands over a checkpoint from which another run goes on", async () => {
    const { controller, events, until, phase } = stage();
    controller.open(open("a"));
    controller.train("a", 2);
    await phase("paused", 2);
    controller.checkpoint("a");
    await until((event) => event.type === "checkpoint");
    const saved = events.find((event) => event.type === "checkpoint")!;
    controller.open(open("b", {}, saved.bytes));
    controller.train("b");
    await phase("finished", 5);
    controller.checkpoint("b");
    await until((event) => event.type === "checkpoint" && event.runId === "b");
    const whole = stage();
    whole.controller.open(open("c"));
    whole.controller.train("c");
    whole.controller.checkpoint("c");
    await whole.phase("finished", 5);
    whole.controller.checkpoint("c");
    await whole.until((event) => event.type === "checkpoint" && event.step === 5);
    const hash = (list: readonly LabEvent[], runId: string) =>
      list
        .filter((event) => event.type === "checkpoint" && event.runId === runId)
        .map((event) => (event as { hash: string }).hash)
        .at(-1);
    expect(hash(events, "b")).toBe(hash(whole.events, "c"));
  });

  it("surveys data sets at rest and between two steps of a run that trains on", async () => {
    const { controller, events, until, phase, ask } = stage();
    controller.open(open("a", { steps: 500 }));
    expect(await ask({ type: "survey", runId: "a", sources: ["own", "expert"], count: 8 })).toMatchObject({
      step: 0,
      survey: { problems: 8, sets: [{ source: "own" }, { source: "expert", rows: 8 }] },
    });
    controller.train("a");
    await until((event) => event.type === "metrics" && event.rows.some((row) => row.step > 0));
    const { step } = await ask({ type: "survey", runId: "a", sources: ["native"], count: 8 });
    expect(step).toBeGreaterThan(0);
    expect(events.findLast((event) => event.type === "state")).toMatchObject({ state: { phase: "training" } });
    controller.stop("a");
    await phase("stopped");
  });

  it("answers what the weights would write at each place of a row, at rest and between two steps", async () => {
    const { controller, until, phase, ask, reply } = stage();
    const row = { feed: "demos", prompt: "31=", tokens: ["1", "3", "<eos>"] };
    controller.open(open("a", { steps: 500 }));
    const atRest = await ask({ type: "inspect", runId: "a", row });
    controller.train("a");
    await until((event) => event.type === "metrics" && event.rows.some(({ step }) => step > 0));
    const moving = await ask({ type: "inspect", runId: "a", row });
    expect(moving.step).toBeGreaterThan(0);
    expect(await reply({ type: "inspect", runId: "a", row: { ...row, prompt: "É" } })).toMatchObject({
      issue: expect.stringContaining("É"),
    });
    controller.stop("a");
    await phase("stopped");
    for (const { candidates } of [atRest, moving]) expect(candidates.map((place) => place.length)).toEqual([8, 8, 8]);
  });

  it("says the hash of the weights, the same as that of a checkpoint of that step", async () => {
    const { controller, events, until, phase, ask } = stage();
    controller.open(open("a"));
    controller.train("a", 2);
    await phase("paused", 2);
    const { step, hash } = await ask({ type: "hash", runId: "a" });
    controller.checkpoint("a");
    await until((event) => event.type === "checkpoint");
    expect(events.find((event) => event.type === "checkpoint")).toMatchObject({ step, hash });
  });

  it("replies to every question, also of a run that failed, was replaced or was never there", async () => {
    const { controller, phase, reply } = stage();
    const browse = (runId: string) => reply({ type: "browse", runId, query: { feed: "demos", from: 0, count: 1 } });
    expect(await browse("x")).toMatchObject({ issue: "The run that was asked is no longer in the worker." });
    controller.open(open("a", {}, new Uint8Array([1, 2, 3]).buffer));
    expect(await browse("a")).toMatchObject({ issue: expect.stringContaining("came to its end") });
    await phase("failed");
    controller.open(open("b"));
    const replaced = browse("b");
    controller.open(open("c"));
    // By its own weights or not at all, according to how far it has come.
    expect((await replaced).type).toBe("reply");
    expect(await browse("c")).toMatchObject({ answer: { feed: "demos" } });
  });

  it("tells the tokens of every step that is kept with the run, however little time has passed", async () => {
    // A clock that stands still: nothing is ever due.
    const { controller, events, phase } = stage(() => 0);
    controller.open(open("a", { steps: 60, evalEvery: 1000 }));
    controller.train("a");
    await phase("finished", 60);
    await new Promise((resolve) => setTimeout(resolve, 0));
    const told = events.flatMap((event) => (event.type === "tokens" ? [event.step] : []));
    expect(told).toEqual(Array.from({ length: 60 }, (_, i) => i + 1).filter((step) => keepsTokens(step, 60)));
    expect(told.length).toBeLessThan(41);
  });

  it("leafs through the feeds at rest and during a run; what there is not is said, and the run goes on", async () => {
    const { controller, events, until, phase, ask, reply } = stage();
    controller.open(open("a", { steps: 500 }));
    const page = await ask({ type: "browse", runId: "a", query: { feed: "demos", from: 6, count: 5 } });
    expect(page).toMatchObject({ total: 8, items: [{ index: 6 }, { index: 7 }] });
    expect(await ask({ type: "openItem", runId: "a", feed: "demos", index: 7 })).toMatchObject({
      step: 0,
      rows: [{ feed: "demos" }],
    });
    controller.train("a");
    await until((event) => event.type === "metrics" && event.rows.some(({ step }) => step > 0));
    expect(await ask({ type: "browse", runId: "a", query: { feed: "rollouts", from: 0, count: 5 } })).toMatchObject({
      empty: "unused",
    });
    expect(await reply({ type: "openItem", runId: "a", feed: "demos", index: 8 })).toMatchObject({
      issue: "An item of demos must be one of 8, got 8.",
    });
    expect(events.findLast((event) => event.type === "state")).toMatchObject({ state: { phase: "training" } });
    controller.stop("a");
    await phase("stopped");
  });

  it("watches the same demonstrations from the first step to the last, whatever is in the batch", async () => {
    const { controller, events, phase } = stage();
    controller.open(open("a"));
    controller.watch("a", 2);
    controller.train("a");
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
    const { controller, events, phase } = stage();
    controller.open(open("a", { evalEvery: 2 }));
    controller.train("a");
    await phase("finished", 5);
    await new Promise((resolve) => setTimeout(resolve, 0));
    const shown = events.filter((event) => event.type === "samples");
    expect(shown.at(-1)!.step).toBe(5);
    expect(shown.at(-1)!.samples.every(({ split }) => split === "id")).toBe(true);
  });

  it("measures the reward model of a run that has one, and says when there is none", async () => {
    const { controller, phase, ask } = stage();
    controller.open(open("a"));
    expect(await ask({ type: "rewardModel", runId: "a" })).toBeNull();
    controller.open(open("b", { task: "sentence", algorithm: "chord-mu", rewardSource: "model", rewardPairs: 50 }));
    await phase("ready");
    const report = await ask({ type: "rewardModel", runId: "b" });
    expect(report!.bins).toHaveLength(10);
    expect(report!.accuracy).toBeGreaterThan(0.5);
  });

  it("says so when it was the device that failed and not the run", async () => {
    const { controller, events, phase } = stage();
    controller.open(open("a"));
    await phase("ready");
    const [policy] = policies as Set<Policy>;
    policy!.learn = async () => {
      throw new PolicyError("device", "the GPU was lost");
    };
    controller.train("a");
    await phase("failed");
    expect(events.findLast(({ type }) => type === "state")).toEqual({
      type: "state",
      runId: "a",
      state: { phase: "failed", step: 0, message: "the GPU was lost", lost: true },
    });
  });

  it("turns a failure into a state with a sentence, and still opens the next run", async () => {
    const { controller, events, phase } = stage();
    controller.open(open("a", {}, new Uint8Array([1, 2, 3]).buffer));
    await phase("failed");
    const failed = events.findLast((event) => event.type === "state");
    expect(failed).toMatchObject({ state: { message: expect.stringContaining("at least 8 bytes") } });
    controller.open(open("b"));
    await phase("ready");
  });

  it("forgets a run that another one replaced", async () => {
    const { controller, events, phase } = stage();
    controller.open(open("a", { steps: 500 }));
    controller.train("a");
    await phase("training");
    controller.open(open("b"));
    await phase("stopped");
    await phase("ready");
    controller.train("a");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(events.filter((event) => event.runId === "a" && event.type === "state").at(-1)).toMatchObject({
      state: { phase: "stopped" },
    });
  });
});

it("leaves a finished run finished when its device fails at a later question", async () => {
  const { controller, events, phase, reply } = stage();
  controller.open(open("a"));
  controller.train("a");
  await phase("finished", 5);
  for (const policy of policies) {
    (policy as Policy).inPlace = (policy as Policy).export = async () => {
      throw new PolicyError("device", "the GPU was lost");
    };
  }
  expect(await reply({ type: "hash", runId: "a" })).toMatchObject({ issue: expect.any(String) });
  controller.checkpoint("a");
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(events.findLast((event) => event.type === "state")!.state.phase).toBe("finished");
});

describe("checkpoints all along a run", () => {
  const kept = (events: readonly LabEvent[]) =>
    events.filter((event): event is Extract<LabEvent, { type: "checkpoint" }> => event.type === "checkpoint");

  it("come by themselves once they are asked for, one until the page has stored it, for which the run waits", async () => {
    // A clock that stands still: what a checkpoint costs on this machine is another test's.
    const { controller, events, phase, until, ask } = stage(() => 0);
    controller.open(open("a", { steps: 90 }));
    await phase("ready");
    controller.keep("a");
    controller.train("a");
    await until((event) => event.type === "checkpoint");
    const reached = async () => (await ask({ type: "hash", runId: "a" })).step;
    let step = 0;
    while (step < 20) step = await reached();
    // A run that does not wait answers each of these at a later step.
    for (let turn = 0; turn < 5; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      expect(await reached()).toBe(20);
    }
    controller.pause("a");
    await phase("paused", 20);
    expect(kept(events)).toHaveLength(1);
    const [first] = kept(events);
    expect(first!.step).toBeGreaterThan(0);
    expect(first!.step).toBeLessThanOrEqual(20);
    const bytes = new Uint8Array(first!.bytes);
    expect(first!.sum).toBe(checksum(bytes));
    expect(readCheckpoint(bytes).progress.step).toBe(first!.step);
    controller.stored("a", 0, first!.bytes);
    controller.train("a");
    await until((event) => event.type === "checkpoint" && event.step > first!.step);
    // Written into the bytes that were given back, and whole.
    const second = kept(events)[1]!;
    expect(second.bytes).toBe(first!.bytes);
    expect(second.sum).toBe(checksum(bytes));
    expect(readCheckpoint(bytes).progress.step).toBe(second.step);
  });

  it("are not waited for where the page does not answer for four seconds, which is said once", async () => {
    let time = 0;
    const { controller, events, phase, until } = stage(() => time);
    controller.open(open("a", { steps: 60 }));
    await phase("ready");
    controller.keep("a");
    controller.train("a");
    await until((event) => event.type === "checkpoint");
    time = 3990;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(events.some((event) => event.type === "notice")).toBe(false);
    // On and on, since nobody knows on a busy machine when the wait began.
    const clock = setInterval(() => (time += 500), 5);
    await phase("finished");
    clearInterval(clock);
    const notices = events.filter((event) => event.type === "notice");
    expect(notices).toMatchObject([{ text: expect.stringContaining("more than 20 steps may have to be made again") }]);
    expect(kept(events)).toHaveLength(1);
  });

  it("come after the rows of the steps that they hold", async () => {
    // No flush is ever due by itself on a clock that stands still.
    const { controller, events, until, phase } = stage(() => 0);
    controller.open(open("a", { steps: 500 }));
    controller.keep("a");
    controller.train("a");
    await until((event) => event.type === "checkpoint" && event.step > 0);
    controller.stop("a");
    await phase("stopped");
    const at = events.findIndex((event) => event.type === "checkpoint" && event.step > 0);
    const { step } = events[at] as { step: number };
    expect(stepsOf(events.slice(0, at)).at(-1)).toBe(step);
  });

  it("are taken at once after a change by hand", async () => {
    const { controller, events, phase, until } = stage();
    controller.open(open("a", { steps: 90 }));
    await phase("ready");
    controller.keep("a");
    controller.train("a", 3);
    await phase("paused", 3);
    expect(kept(events)).toEqual([]);
    controller.intervene("a", "lr", 0.001);
    controller.train("a", 5);
    await until((event) => event.type === "checkpoint");
    expect(readCheckpoint(new Uint8Array(kept(events)[0]!.bytes)).progress.config.interventions).toHaveLength(1);
  });

  it("are never of weights that are no state to go on from: the run stops there instead", async () => {
    for (const [value, words] of [
      [Number.NaN, "Step 2: the weights must be finite to be kept, got NaN at 0"],
      [0, "Step 2: the weights must not all be 0"],
    ] as const) {
      const { controller, events, phase } = stage();
      controller.open(open("a"));
      controller.train("a", 2);
      await phase("paused", 2);
      for (const policy of policies) {
        const inPlace = (policy as Policy).inPlace!.bind(policy);
        (policy as Policy).inPlace = (use) =>
          inPlace((state) => use({ ...state, weights: state.weights.map(() => value) }));
      }
      controller.checkpoint("a");
      await phase("failed");
      expect(kept(events)).toEqual([]);
      const last = events.findLast((event) => event.type === "state")!;
      expect(last.state).toMatchObject({ phase: "failed", step: 2, message: expect.stringContaining(words) });
    }
  });
});
