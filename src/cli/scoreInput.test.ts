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
  expect([...sequences.ids]).toEqual(ids.flat());
  expect([...sequences.starts]).toEqual([0, 2]);
  expect([...mask]).toEqual([1, 1, 1, 0, 0, 1]);
  expect(credit).toBeUndefined();
});

test("without a mask of attention every token is real; with right padding the end is not scored", () => {
  expect([...readScoreInput({ ids }).mask]).toEqual([1, 1, 1, 1, 1, 1]);
  const right = readScoreInput({ ids: [[5, 6, 7, 0]], attentionMask: [[1, 1, 1, 0]] });
  expect([...right.sequences.starts]).toEqual([0]);
  expect([...right.mask]).toEqual([1, 1, 0]);
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
  expect([...mask]).toEqual([0, 1, 1, 0, 0, 1]);
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
    [{ ids: [[1, 2.5]] }, "ids must hold whole numbers from 0, got 2.5."],
    [{ ids: [[1, -2]] }, "ids must hold whole numbers from 0, got -2."],
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
