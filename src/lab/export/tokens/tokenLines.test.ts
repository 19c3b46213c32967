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

test("where the mask leaves a token out, nothing need be known of it; of the others every number must be there", () => {
  const lists = ["logprobs", "entropies", "weights", "ref_logprobs", "advantages", "ratios"];
  const line = { step: 1, response_tokens: ["a", "b"], mask: [1, 0], views: { phi: [1, null] } };
  const with_ = (entry: unknown) =>
    JSON.stringify({ ...line, ...Object.fromEntries(lists.map((key) => [key, entry])) });
  const row = readTokenLines(with_([-0, null])).tokenRecord.steps[0]!.rows[0]!;
  expect(row).toMatchObject({ tokens: ["a"], logp: [0], views: { phi: [1], ratio: [0], log_ratio: [0] } });
  expect(() => readTokenLines(with_([null, 0]))).toThrow("Line 1: logprobs[0] must be a finite number, got null.");
  expect(() => readTokenLines(with_([0]))).toThrow("Line 1: logprobs must have 2 entries");
});

test("tokens of another vocabulary have no ids, and their text is what they say", () => {
  const config = parseConfig({ task: "sort" });
  const foreign = { ...row, tokens: ["▁yes", "1", "<eos>"] };
  const line = tokenLines(config, { steps: [{ step: 1, rows: [foreign] }] })[1];
  expect(line).toMatchObject({ response_tokens: foreign.tokens });
  expect(line).not.toHaveProperty("response_token_ids");
});

test("the line that names the experiment may stand behind empty lines and a byte-order mark", () => {
  const text = jsonLines(tokenLines(parseConfig({ task: "sort" }), { steps: [{ step: 3, rows: [row] }] }));
  expect(readTokenLines(`\ufeff\r\n${text.replaceAll("\n", "\r\n")}`).config?.task).toBe("sort");
});

function lineWith(more: object): string {
  const usual = { response_tokens: ["a"], logprobs: [-1], entropies: [1], weights: [1] };
  return JSON.stringify({ step: 1, ...usual, ...more });
}

test.each([
  ["", "must have at least one sequence"],
  ["[1]\n", "Line 1 must be a JSON object"],
  ['{"step":-1}', "Line 1: step must be a whole number"],
  ['{"step":1,"response_tokens":["a"],"logprobs":[-1],"weights":[1]}', "Line 1: entropies must be a list"],
  [lineWith({ logprobs: [-1, -2] }), "Line 1: logprobs must have 1 entries, one for each token, got 2."],
  [lineWith({ logprobs: ["x"] }), 'Line 1: logprobs[0] must be a finite number, got "x".'],
  [lineWith({ logprobs: [0.7] }), "Line 1's file: its log-probabilities must be at most 0, got 0.7."],
  [lineWith({ entropies: [-3] }), "Line 1's file: its entropies must be at least 0, got -3."],
  [lineWith({ ref_logprobs: [null] }), "Line 1: ref_logprobs[0] must be a finite number, got null."],
  [lineWith({ ref_logprobs: {} }), "Line 1: ref_logprobs must be a list, got {}."],
  [lineWith({ advantages: [true] }), "Line 1: advantages[0] must be a finite number, got true."],
  [lineWith({ mask: [] }), "Line 1: mask must have 1 entries, one for each token, got 0."],
  [lineWith({ mask: [0.5] }), "Line 1: mask[0] must be 0 or 1, got 0.5."],
  [lineWith({ mask: [0] }), "must have at least one token"],
  [lineWith({ views: [1] }), "Line 1: views must be an object of lists, got [1]."],
  [lineWith({}).replace('"weights":[1]', '"weights":[1e999]'), "Line 1: weights[0] must be a finite number"],
  [lineWith({}).replace("{", '{"step":2,'), 'Line 1 must be a JSON object, got the key "step" twice in one object.'],
])("%j is refused with a sentence", (text, sentence) => {
  expect(() => readTokenLines(text)).toThrow(sentence);
});
