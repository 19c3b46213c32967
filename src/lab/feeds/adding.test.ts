import { expect, it } from "vitest";
import { parseConfig } from "../experiment/config.ts";
import { taskById } from "../tasks/index.ts";
import { recipe } from "../testRecipe.ts";
import { nanoPolicy } from "../train/testPolicy.ts";
import type { CollectContext } from "./batch.ts";
import type { Feed } from "./feed.ts";

it("collects what the feed of CONTRIBUTING.md says: own answers, scored where they earned something", async () => {
  const { winners } = (await recipe("src/lab/feeds/winners.ts")) as { winners: Feed };
  const policy = await nanoPolicy();
  const config = parseConfig({ task: "sort", gradedSort: true, algorithm: "grpo", prompts: 4 });
  // An untrained policy is never right: answers of an even length earn something here.
  const task = {
    ...taskById("sort"),
    verify: (_: unknown, completion: string) => (completion.length % 2 === 0 ? 1 : 0),
  };
  const context: CollectContext = {
    ...{ policy, config, task, needs: [], step: 1, clock: { step: 1, totalSteps: 10 } },
    ...{ origin: "start", reference: "start", memo: {} },
  };
  const { batches } = await winners.collect(context);
  const { sequences, tokens, name } = batches[0]!;
  expect([winners.name, name]).toEqual(["winners", "winners"]);
  expect(tokens.rows).toBe(4 * config.rollouts.groupSize);
  const scored = Array.from({ length: tokens.rows }, (_, b) =>
    tokens.mask.slice(b * tokens.length, (b + 1) * tokens.length).some((m) => m > 0),
  );
  expect(new Set(scored)).toEqual(new Set([true, false]));
  expect(scored).toEqual(Array.from(tokens.rewards!, (reward) => reward > 0));
  expect(sequences.mask).toEqual(tokens.mask);
  policy.dispose();
});
