import { describe, expect, it } from "vitest";
import { type FlatConfig, parseConfig } from "../experiment/config.ts";
import { readFiles, receiveModel } from "../model/sentModel.ts";
import { TEST_SCORE, TEST_SHAPE, testModelFiles } from "../model/testModel.ts";
import { forward64 } from "../policy/reference/forward.ts";
import { dataSetOf } from "../tasks/dataSet.ts";
import { knowData, taskById } from "../tasks/index.ts";
import { type Model, readBy } from "../tasks/models.ts";
import { judged } from "./judgement.ts";
import { sumJudge } from "./sum.ts";

const task = knowData(dataSetOf([1, 2, 3].map((i) => ({ prompt: `Once upon ${i}`, answer: " the end" }))));
const PROBLEM = { prompt: "Once upon 1", kind: task.id };

async function known(seed: number, score: typeof TEST_SCORE | undefined): Promise<Model> {
  const files = testModelFiles("byte-level BPE", TEST_SHAPE, seed, score);
  const { hash } = await readFiles("judge", files);
  return receiveModel({ hash, name: "judge", files });
}

const judgeWith = (rewards: FlatConfig) =>
  sumJudge(task, parseConfig({ task: task.id, algorithm: "grpo", rightWeight: 0, ...rewards }));
const judgeOf = (rewardCheckpoint: string, more: FlatConfig = {}) =>
  judgeWith({ checkpointWeight: 0.5, rewardCheckpoint, ...more });

/** The score of a text in float64: the reference's logits of a head whose first row is the score's. */
function truth({ weights, reads }: Model, text: string, ended: boolean): number {
  const ids = Int32Array.from([...reads.prompt(text), ...(ended ? [reads.end] : [])]);
  const head = new Float32Array(TEST_SHAPE.vocabSize * TEST_SHAPE.width);
  head.set(TEST_SCORE.weights);
  const { logits } = forward64({ ...TEST_SHAPE, tied: false }, [...weights, ...head], {
    ...{ rows: 1, length: ids.length, ids, starts: Int32Array.of(0), mask: new Float32Array(ids.length - 1) },
  });
  return logits[(ids.length - 1) * TEST_SHAPE.vocabSize]!;
}

describe("a reward checkpoint", () => {
  it("scores prompt and completion in its own tokens, with its end where the answer ended", async () => {
    const model = await known(2, TEST_SCORE);
    const judge = judgeOf(model.hash, { lengthWeight: 1, lengthTarget: 8 });
    const read = () =>
      [" the end", " a cat"].flatMap((one) => [true, false].map((end) => judge.judge(PROBLEM, one, end)));
    const [right, cut, cat, cutCat] = await judged(judge, read);
    const scores = [right, cut, cat, cutCat].map((one) => one!.parts!.checkpoint!);
    const expected = [" the end", " a cat"].flatMap((one) =>
      [true, false].map((ended) => truth(model, PROBLEM.prompt + one, ended)),
    );
    for (const [at, score] of scores.entries()) expect(Math.abs(score - expected[at]!)).toBeLessThan(1e-5);
    expect(new Set(scores).size).toBe(4);
    // Eight characters are the length asked for; one that never ended earns none of it.
    expect(right!.reward).toBeCloseTo(1 + 0.5 * scores[0]!, 6);
    expect(cut!.reward).toBeCloseTo(0.5 * scores[1]!, 6);
  });

  it("is named where it is not here, writes, or cannot read an answer", async () => {
    expect(() => judgeOf("0123456789abcdef")).toThrow("The reward checkpoint 0123456789abcdef is not here");
    expect(() => judgeOf("")).toThrow("must be chosen");
    const writes = judgeOf((await known(3, undefined)).hash);
    await expect(judged(writes, () => writes.judge(PROBLEM, "", true))).rejects.toThrow("got judge, which writes");
    const model = await known(2, TEST_SCORE);
    const judge = judgeOf(model.hash);
    const long = " again".repeat(TEST_SHAPE.context);
    await expect(judged(judge, () => judge.judge(PROBLEM, long, true))).rejects.toThrow(
      `at most ${TEST_SHAPE.context} tokens for judge to score`,
    );
    expect(taskById(readBy(task.id, model.hash)).missing).toContain("scores texts and writes none");
  });
});

it("learns preferences from another set's pairs where one is named", async () => {
  const pairs = dataSetOf(
    Array.from({ length: 40 }, (_, i) => ({ prompt: `p${i}`, chosen: `${"z".repeat(1 + (i % 3))}`, rejected: "qq" })),
  );
  const of = { preferenceWeight: 1, preferenceData: pairs.hash };
  expect(() => judgeWith(of)).toThrow(`The data ${pairs.hash} are not here`);
  knowData(pairs, "pairs.jsonl");
  const judge = judgeWith(of);
  expect(judge.judge(PROBLEM, "zz", true).reward).toBeGreaterThan(judge.judge(PROBLEM, "qq", true).reward);
  expect(judge.quality!.accuracy).toBe(1);
  expect(() => judgeWith({ preferenceWeight: 1 })).toThrow("at least 10 pairs");
  expect(() => judgeWith({ preferenceData: "pairs.jsonl" })).toThrow("must be a hash of 16 hexadecimal digits");
});
