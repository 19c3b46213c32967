import { expect, test } from "vitest";
import { parseConfig } from "../experiment/config.ts";
import { taskById } from "../tasks/index.ts";
import { CHARACTERS, tokenText } from "../tokenizer/characters.ts";
import { candidatesOf, likeliest } from "./inspect.ts";
import { watchedScores, watchedSet } from "./probed.ts";
import { nanoPolicy } from "./testPolicy.ts";

test("logits become probabilities, best first; a higher temperature flattens them", () => {
  const logits = Float32Array.from([0, Math.log(4), Math.log(3)]);
  expect(likeliest(CHARACTERS, logits).map(({ token }) => token)).toEqual([1, 2, 0].map(tokenText));
  expect(likeliest(CHARACTERS, logits)[0]!.p).toBeCloseTo(0.5, 6);
  // exp(log 4 / 2) = 2, exp(log 3 / 2) = √3.
  expect(likeliest(CHARACTERS, logits, 2)[0]!.p).toBeCloseTo(2 / (3 + Math.sqrt(3)), 6);
});

test("candidates at a token agree with what scoring the row says of it", async () => {
  const policy = await nanoPolicy();
  const config = parseConfig({ task: "sort", algorithm: "sft", demoCount: 8 });
  const watched = watchedSet(taskById("sort"), config, 3, undefined)!;
  const scores = await watchedScores(policy, watched);
  expect(watched.rows).toHaveLength(3);
  const { prompt, tokens } = watched.rows[1]!;
  const candidates = await candidatesOf(policy, CHARACTERS, { feed: "demos", prompt, tokens }, 1);
  expect(candidates).toHaveLength(tokens.length);
  let compared = 0;
  candidates.forEach((place, n) => {
    const found = place.find(({ token }) => token === tokens[n]);
    if (!found) return;
    compared++;
    expect(found.p).toBeCloseTo(Math.exp(scores[1]!.logp[n]!), 5);
  });
  expect(compared).toBeGreaterThan(0);
  policy.dispose();
});

test("what the starting policy is to write itself cannot be watched before it is written", () => {
  const config = parseConfig({ task: "sort", algorithm: "hinted" });
  expect(watchedSet(taskById("sort"), config, 3, undefined)).toBeUndefined();
});
