import { expect, test } from "vitest";
import { parseConfig } from "../../experiment/config.ts";
import { readTokenLines } from "../../record/readTokenLines.ts";
import type { TokenRow } from "../../train/report.ts";
import { jsonLines } from "../exportFile.ts";
import { tokenLines } from "./tokenLines.ts";

const row: TokenRow = {
  feed: "rollouts",
  prompt: "s21=",
  tokens: ["1", "2", "<eos>"],
  logp: [-0.5, -0.25, -0.125],
  entropy: [1, 0.5, 0.25],
  weight: [0.5, 0, -0.5],
  views: { ratio: [1, 1, 1], advantage: [2, 2, 2], log_ratio: [0.5, 0.25, 0], clipped: [0, 1, 0] },
  reward: 1,
};

test("token records come back as they were written, with the experiment", () => {
  const config = parseConfig({ task: "sort", algorithm: "grpo", steps: 9 });
  const text = jsonLines(tokenLines(config, { steps: [{ step: 3, rows: [row, row] }] }));
  const lines = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines[1]).toMatchObject({
    ...{ step: 3, response: "12", prompt_token_ids: [1, 48, 5, 4, 17], response_token_ids: [4, 5, 2] },
    ...{ ref_logprobs: [-1, -0.5, -0.125], advantages: [2, 2, 2], ratios: [1, 1, 1], mask: [1, 1, 1], reward: 1 },
  });
  const read = readTokenLines(text);
  expect(read.config).toEqual(config);
  expect(read.tokenRecord).toEqual({ steps: [{ step: 3, rows: [row, row] }] });
  expect(read.table.last()).toMatchObject({ reward: 1, "completions/mean_length": 3 });
});

test("a file of another trainer is read by its names; tokens that its mask leaves out are not there", () => {
  const line = {
    ...{ step: 1, prompt: "Hi", response_tokens: ["▁yes", "!", "</s>"], logprobs: [-1, -2, -3] },
    ...{ entropies: [1, 1, 1], weights: [1, 1, 0], mask: [1, 1, 0], reward: 0.5 },
  };
  const { config, tokenRecord } = readTokenLines(`${JSON.stringify(line)}\n\n`);
  expect(config).toBeUndefined();
  expect(tokenRecord.steps[0]!.rows[0]).toMatchObject({ feed: "rollouts", tokens: ["▁yes", "!"], logp: [-1, -2] });
});

test.each([
  ["", "must have at least one sequence"],
  ["[1]\n", "Line 1 must be a JSON object"],
  ['{"step":-1}', "Line 1: step must be a whole number"],
  ['{"step":1,"response_tokens":["a"],"logprobs":[-1],"weights":[1]}', "Line 1: entropies must be a list"],
  ['{"step":1,"response_tokens":["a"],"logprobs":[-1,-2],"entropies":[1],"weights":[1]}', "its logp must be 1 numbers"],
  ['{"step":1,"response_tokens":["a"],"logprobs":["x"],"entropies":[1],"weights":[1]}', "its logp must be 1 numbers"],
])("%j is refused with a sentence", (text, sentence) => {
  expect(() => readTokenLines(text)).toThrow(sentence);
});
