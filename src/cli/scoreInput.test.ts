import { expect, test } from "vitest";
import { readScoreInput } from "./scoreInput.ts";

const ids = [
  [5, 6, 7, 8],
  [0, 0, 9, 3],
];
const attentionMask = [
  [1, 1, 1, 1],
  [0, 0, 1, 1],
];

test("rows start at their first real token, and real tokens are scored that follow a real one", () => {
  const { sequences, mask, credit } = readScoreInput({ ids, attentionMask, note: "left alone" });
  expect(mask).toBeUndefined();
  expect([...sequences.ids]).toEqual(ids.flat());
  expect([...sequences.starts]).toEqual([0, 2]);
  expect([...sequences.mask]).toEqual([1, 1, 1, 0, 0, 1]);
  expect(credit).toBeUndefined();
});

test("without a mask of attention every token is real; with right padding the end is not scored", () => {
  expect([...readScoreInput({ ids }).sequences.mask]).toEqual([1, 1, 1, 1, 1, 1]);
  const right = readScoreInput({ ids: [[5, 6, 7, 0]], attentionMask: [[1, 1, 1, 0]] });
  expect([...right.sequences.starts]).toEqual([0]);
  expect([...right.sequences.mask]).toEqual([1, 1, 0]);
});

test("masks may be written with true and false, as numpy's boolean arrays are", () => {
  const { sequences, mask } = readScoreInput({
    ids,
    attentionMask: attentionMask.map((row) => row.map((value) => value === 1)),
    mask: [
      [false, true, true],
      [false, false, true],
    ],
  });
  expect([...sequences.starts]).toEqual([0, 2]);
  expect([...mask!]).toEqual([0, 1, 1, 0, 0, 1]);
});

test("credit for the entropy alone leaves the log-probabilities without any", () => {
  const { credit } = readScoreInput({ ids: [[1, 2, 3]], entropyCredit: [[0.5, -1]] });
  expect([[...(credit!.dLogp as Float64Array)], [...(credit!.dEntropy as Float64Array)]]).toEqual([
    [0, 0],
    [0.5, -1],
  ]);
});

test("what does not fit is refused with its name, what must hold and what came", () => {
  const refused: [unknown, string][] = [
    [[], "a batch must be an object with ids, got []."],
    [{}, "ids must be a list of lists of numbers, got undefined."],
    [{ ids: [] }, "ids must be a list of lists of numbers, got []."],
    [{ ids: [[1, "a"]] }, 'ids must be a list of lists of numbers, got [[1,"a"]].'],
    [{ ids: [[1]] }, "ids must have at least 2 tokens a row, got 1."],
    [{ ids: [[1, 2], [3]] }, "ids must have the shape [2, 2], got [2, 2 or 1]."],
    [{ ids: [[1, 2.5]] }, "ids must hold whole numbers from 0 to 2147483647, got 2.5."],
    [{ ids: [[1, -2]] }, "ids must hold whole numbers from 0 to 2147483647, got -2."],
    [{ ids: [[1, 2 ** 32 + 1]] }, "ids must hold whole numbers from 0 to 2147483647, got 4294967297."],
    [
      { ids: [[1, 2]], mask: [[0.5]] },
      "mask must hold 1 where a token counts and 0 elsewhere, got 0.5: weights are the credit's.",
    ],
    [
      { ids: [[1, 2]], credit: [[Number.NaN]] },
      "credit must hold numbers within float32, up to 3.4028235e38 in magnitude, got NaN.",
    ],
    [
      { ids, ...Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, 1])) },
      'a batch must have at most 1000 keys, got 200001, "ids" first.',
    ],
    [{ ids, mask: [[1, 1, 1, 1]] }, "mask must have the shape [2, 3], got [1, 4]."],
    [
      { ids: [[1, 2, 3]], attentionMask: [[1, 0, 1]] },
      "attentionMask must be one unbroken run of ones in row 0, got [1,0,1].",
    ],
    [
      { ids: [[1, 2, 3]], attentionMask: [[0, 0, 0]] },
      "attentionMask must be one unbroken run of ones in row 0, got [0,0,0].",
    ],
  ];
  for (const [raw, message] of refused) expect(() => readScoreInput(raw)).toThrow(message);
});

test("a key that looks like one that is read is refused with the right name, any other is left alone", () => {
  const ones = [[1, 1, 1]];
  const refused: [string, string][] = [
    ["attention_mask", "attentionMask"],
    ["AttentionMask", "attentionMask"],
    ["attnMask", "attentionMask"],
    ["atentionmask", "attentionMask"],
    ["credits", "credit"],
    ["Credit", "credit"],
    ["entropy_credit", "entropyCredit"],
    ["entropyCredits", "entropyCredit"],
    ["masks", "mask"],
    ["loss_mask", "mask"],
    ["position_ids", "positionIds"],
  ];
  for (const [key, meant] of refused) {
    const message = `a batch must name its keys as lab score does: write ${meant}, got ${key}.`;
    expect(() => readScoreInput({ ids: [[1, 2, 3]], [key]: ones })).toThrow(message);
  }
  expect(() => readScoreInput({ input_ids: [[1, 2, 3]] })).toThrow("write ids, got input_ids");
  expect(() => readScoreInput({ ids: [[1, 2, 3]], temperature: 2 })).toThrow("must leave out temperature");
  for (const key of [
    "logits",
    "logp",
    "entropy",
    "J",
    "about",
    "task",
    "greedy",
    "adamw",
    "constructor",
    "__proto__",
  ]) {
    const raw = Object.fromEntries([
      ["ids", [[1, 2, 3]]],
      [key, "left alone"],
    ]);
    expect(readScoreInput(raw).sequences.length, key).toBe(3);
  }
});

test("positions are those that follow from the attention mask, or refused", () => {
  const masked = { ids: [[0, 7, 8]], attentionMask: [[0, 1, 1]] };
  expect(readScoreInput({ ...masked, positionIds: [[1, 0, 1]] }).sequences.starts[0]).toBe(1);
  expect(() => readScoreInput({ ...masked, positionIds: [[0, 1, 2]] })).toThrow(
    "positionIds must count from 0 at the first real token, 0 at row 0, token 1, got 1.",
  );
});

test("numbers beyond float32 are refused, the largest float32 is not", () => {
  for (const key of ["credit", "entropyCredit"]) {
    expect(() => readScoreInput({ ids: [[1, 2, 3]], [key]: [[1, -1e39]] })).toThrow(
      `${key} must hold numbers within float32, up to 3.4028235e38 in magnitude, got -1e+39.`,
    );
    expect(() => readScoreInput({ ids: [[1, 2, 3]], [key]: [[1, 3.4028234e38]] })).not.toThrow();
  }
});
