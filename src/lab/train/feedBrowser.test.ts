import { afterEach, expect, test, vi } from "vitest";
import { type FlatConfig, parseConfig, type RunConfig } from "../experiment/config.ts";
import { demonstrations } from "../feeds/demonstrations.ts";
import { type FeedPage, MOST_ITEMS } from "../feeds/feedPage.ts";
import { OBJECTIVES } from "../objectives/index.ts";
import type { FeedName } from "../objectives/objective.ts";
import type { Policy } from "../policy/policy.ts";
import { taskById } from "../tasks/index.ts";
import { parameterHash } from "./parameterHash.ts";
import type { TokenRow } from "./report.ts";
import { Run } from "./run.ts";
import { hintReader } from "./testHintReader.ts";
import { nanoPolicy } from "./testPolicy.ts";

const FEEDS: readonly FeedName[] = ["demos", "rollouts", "offlinePairs", "onlinePairs"];

function configFor(algorithm: string, extra: FlatConfig = {}): RunConfig {
  const { feeds } = OBJECTIVES.find(({ id }) => id === algorithm)!;
  return parseConfig({
    ...{ task: "sort", algorithm, start: "random", size: "nano", steps: 6, lr: 1e-3, evalProblems: 8 },
    ...(feeds.includes("demos") && { demoBatch: 4, demoCount: 12 }),
    ...(feeds.some((feed) => feed !== "demos") && { prompts: 4, groupSize: 4 }),
    digits: 3,
    ...extra,
  });
}

const open: Policy[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const policy of open.splice(0)) policy.dispose();
});

/** On a policy that sorts three digits about half of the time. */
async function start(config: RunConfig): Promise<Run> {
  const policy = await hintReader();
  open.push(policy);
  return Run.start(policy, config);
}

async function page(run: Run, feed: FeedName, more: { from?: number; count?: number; search?: string } = {}) {
  const found = await run.browse({ feed, from: 0, count: 50, ...more });
  if ("empty" in found) throw new Error(`${feed} must have items, got ${JSON.stringify(found.empty)}`);
  return found;
}

const textOf = ({ prompt, tokens }: TokenRow) => prompt + tokens.join("");
const near = (values: readonly number[], wanted: readonly number[]) => {
  expect(values).toHaveLength(wanted.length);
  values.forEach((value, n) => {
    expect(Math.abs(value - wanted[n]!)).toBeLessThanOrEqual(1e-4 * Math.abs(wanted[n]!) + 1e-8);
  });
};

test("every demonstration of the training set can be reached before any update, with its verdict and the policy's own manner beside it", async () => {
  const config = configFor("sft");
  const run = await start(config);
  const source = { seed: 1, split: "train", count: 12 } as const;
  const sort = taskById("sort");
  const [experts, natives] = (["expert", "native"] as const).map((style) =>
    demonstrations(sort, config.taskParams, { ...source, style }),
  );
  const seen: FeedPage[] = [];
  for (const from of [0, 5, 10]) seen.push(await page(run, "demos", { from, count: 5 }));
  expect(seen.map(({ items }) => items.length)).toEqual([5, 5, 2]);
  expect(seen.every(({ total, found }) => total === 12 && found === 12)).toBe(true);
  const items = seen.flatMap((one) => one.items);
  expect(items.map(({ index }) => index)).toEqual([...experts!.keys()]);
  items.forEach(({ prompt, answers: [first, second] }, index) => {
    expect([prompt, first!.writer, first!.completion]).toEqual([
      experts![index]!.problem.prompt,
      "expert",
      experts![index]!.completion,
    ]);
    expect([second!.writer, second!.completion]).toEqual(["native", natives![index]!.completion]);
    expect(natives![index]!.problem.prompt).toBe(prompt);
    expect(first!.correct).toBe(1);
  });
});

test("a search finds what it names, and keeps the places of the whole set", async () => {
  const run = await start(configFor("sft"));
  const { items } = await page(run, "demos");
  const wanted = items[7]!;
  const hit = await page(run, "demos", { search: wanted.prompt });
  expect([hit.found, hit.total, hit.items]).toEqual([1, 12, [wanted]]);
  const verify = vi.spyOn(run.task, "verify");
  expect((await page(run, "demos", { search: "no such text" })).items).toEqual([]);
  // A search reads every item; what it does not show is not judged, which may take long.
  expect(verify).not.toHaveBeenCalled();
});

test("a page never holds more than it may, and an endless set has a page anywhere", async () => {
  const run = await start(configFor("sft", { demoCount: 0 }));
  const far = await page(run, "demos", { from: 100_000, count: 1000 });
  expect([far.total, far.items.length, far.items[0]!.index]).toEqual([Number.POSITIVE_INFINITY, MOST_ITEMS, 100_000]);
  const { rows } = await run.openItem("demos", 100_003);
  expect(rows[0]!.prompt).toBe(far.items[3]!.prompt);
});

test("what the starting policy is to write itself is written when it is first looked at, and trains as it was seen", async () => {
  const run = await start(configFor("hinted", { demoCount: 24 }));
  const { items, total } = await page(run, "demos");
  expect(total).toBeGreaterThan(0);
  expect(new Set(items.map(({ answers }) => answers[0]!.writer)).size).toBeGreaterThan(0);
  expect(items.every(({ answers }) => answers.length === 1 && answers[0]!.correct === 1)).toBe(true);
  const { rows } = await run.advance(true);
  const texts = items.map(({ prompt, answers }) => `${prompt}${answers[0]!.completion}<eos>`);
  for (const row of rows) expect(texts).toContain(textOf(row));
});

for (const algorithm of ["sft", "idft", "chord-phi", "psft", "iw-sft"]) {
  test(`a demonstration opened before an update carries the credit that the update of ${algorithm} gives it`, async () => {
    const run = await start(configFor(algorithm, { digits: 3 }));
    await run.advance();
    const { items } = await page(run, "demos");
    const opened = [];
    for (const { index } of items) opened.push(await run.openItem("demos", index));
    const { rows } = await run.advance(true);
    const trained = rows.filter(({ feed }) => feed === "demos");
    expect(trained).toHaveLength(3);
    for (const row of trained) {
      const same = opened.find(({ rows: [mine] }) => textOf(mine!) === textOf(row))!;
      expect(same.step).toBe(1);
      near(same.rows[0]!.weight, row.weight);
      near(same.rows[0]!.logp, row.logp);
      expect(same.rows[0]!.batch).toEqual(row.batch);
      expect(same.candidates[0]).toHaveLength(row.tokens.length);
    }
  });
}

test("a pair of the fixed set, both sides of it, carries the credit that its update gives it", async () => {
  const run = await start(configFor("dpo-offline", { pairSource: "buffer", pairCount: 24 }));
  const { items, total, prompts } = await page(run, "offlinePairs");
  expect(prompts).toBe(24);
  expect(items).toHaveLength(total);
  expect(items.every(({ answers: [a, b] }) => a!.writer === "chosen" && a!.reward > b!.reward)).toBe(true);
  await run.advance();
  const opened = [];
  for (const { index } of items) opened.push(await run.openItem("offlinePairs", index));
  const { rows } = await run.advance(true);
  const chosen = rows.filter(({ feed }) => feed === "offlinePairs/chosen");
  expect(chosen.length).toBeGreaterThan(0);
  for (const row of chosen) {
    const { rows: both } = opened.find(({ rows: [mine] }) => textOf(mine!) === textOf(row))!;
    near(both[0]!.weight, row.weight);
    expect(both[1]!.weight.every((w) => w < 0)).toBe(true);
  }
});

test("pairs that are written anew for every update can be seen before the first, and are the ones that it trains on", async () => {
  const run = await start(configFor("dpo-offline"));
  const before = await page(run, "offlinePairs");
  expect([before.step, before.prompts]).toEqual([1, 4]);
  await run.advance();
  const after = await page(run, "offlinePairs");
  expect(after).toEqual(before);
});

test("a policy whose answers are all alike has no pairs, and the page says of how many prompts", async () => {
  const policy = await nanoPolicy();
  open.push(policy);
  const run = await Run.start(policy, configFor("dpo-offline"));
  expect(await page(run, "offlinePairs")).toMatchObject({ total: 0, found: 0, items: [], prompts: 4, step: 1 });
  await expect(run.openItem("offlinePairs", 0)).rejects.toThrow("must be one of 0, got 0");
});

test("there are no rollouts before an update; after it there are all of its batch, group by group, with rewards and advantages", async () => {
  const run = await start(configFor("grpo"));
  expect(await run.browse({ feed: "rollouts", from: 0, count: 8 })).toEqual({ feed: "rollouts", empty: "untrained" });
  expect(await run.browse({ feed: "demos", from: 0, count: 8 })).toEqual({ feed: "demos", empty: "unused" });
  const { metrics, rows } = await run.advance(true);
  const shown = await page(run, "rollouts");
  expect([shown.total, shown.groupSize, shown.step]).toEqual([16, 4, 1]);
  const answers = shown.items.map((item) => item.answers[0]!);
  expect(answers.reduce((sum, { reward }) => sum + reward, 0) / 16).toBeCloseTo(metrics.reward!, 10);
  for (let group = 0; group < 4; group++) {
    const own = shown.items.slice(4 * group, 4 * group + 4);
    expect(new Set(own.map(({ prompt }) => prompt)).size).toBe(1);
    expect(own.reduce((sum, item) => sum + item.answers[0]!.advantage!, 0)).toBeCloseTo(0, 6);
  }
  const texts = shown.items.map(({ prompt, answers: [own] }) => prompt + own!.completion + (own!.ended ? "<eos>" : ""));
  for (const row of rows) expect(texts).toContain(textOf(row));
});

test("a rollout is read by the present weights: its ratio to when it was sampled says how far they have come", async () => {
  const run = await start(configFor("grpo"));
  await run.advance();
  const shown = await page(run, "rollouts");
  const moved = shown.items.find(({ answers }) => Math.abs(answers[0]!.advantage!) > 0)!;
  const { rows, step } = await run.openItem("rollouts", moved.index);
  expect(step).toBe(1);
  const [row] = rows;
  expect(row!.views.ratio!.some((ratio) => Math.abs(ratio - 1) > 1e-5)).toBe(true);
  expect(row!.views.advantage![0]).toBeCloseTo(moved.answers[0]!.advantage!, 6);
  // The run may go on: the item is still the one of the page.
  await run.advance();
  expect(textOf((await run.openItem("rollouts", moved.index)).rows[0]!)).toBe(textOf(row!));
});

test("an item that there is not is refused in words", async () => {
  const run = await start(configFor("sft"));
  await expect(run.openItem("demos", 12)).rejects.toThrow("An item of demos must be one of 12, got 12.");
});

for (const { id } of OBJECTIVES) {
  test(`looking at every feed of ${id} changes nothing that trains`, async () => {
    const [plain, watched] = [await start(configFor(id)), await start(configFor(id))];
    for (let step = 0; step < 2; step++) {
      for (const feed of FEEDS) {
        const shown = await watched.browse({ feed, from: 0, count: 8 });
        if ("empty" in shown || shown.items.length === 0) continue;
        const { rows } = await watched.openItem(feed, shown.items.at(-1)!.index);
        expect(rows.every(({ weight }) => weight.every(Number.isFinite))).toBe(true);
      }
      await plain.advance();
      await watched.advance();
    }
    const hashes = [];
    for (const run of [plain, watched]) hashes.push(parameterHash((await run.policy.export()).weights));
    expect(hashes[1]).toBe(hashes[0]);
  });
}

test("an untrained policy has items too", async () => {
  const policy = await nanoPolicy();
  open.push(policy);
  const run = await Run.start(policy, configFor("chord-mu"));
  expect((await page(run, "demos")).total).toBe(12);
  expect((await run.openItem("demos", 3)).metrics.mu).toBeGreaterThan(0);
});
