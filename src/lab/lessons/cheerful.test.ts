import { expect, it } from "vitest";
import { cheerful } from "./cheerful.ts";
import { runOf } from "./testRuns.ts";

const run = (mood: readonly number[], story: readonly number[], entropy: readonly number[]) =>
  runOf({ "eval/gold/mean": mood, "eval/accuracy_sampled": story, "eval/entropy": entropy });
const arm = cheerful.arms[0]!;

it("says what became of moods, stories and entropy, whichever way they went", () => {
  expect(cheerful.said(run([0.35, 0.6, 0.9], [0.7, 0.6, 0.4], [0.53, 0.53, 0.46]), arm)).toBe(
    "The share of cheerful endings rose from 35% to 90%. The share of endings that make a story fell from 70% to 40%, and the entropy fell from 0.53 to 0.46.",
  );
  expect(cheerful.said(run([0.35, 0.3, 0.4], [0.7, 0.8, 0.9], [0.53, 0.53, 0.52]), arm)).toBe(
    "The share of cheerful endings stayed near 40%. The share of endings that make a story rose from 70% to 90%, and the entropy stayed near 0.52.",
  );
});

it("holds both rewards to the smaller of their two margins, and the verifier to stories alone", () => {
  const margin = (beginning: string, of: ReturnType<typeof run>) =>
    cheerful.claims
      .find(({ sentence }) => sentence.startsWith(beginning))!
      .margin({ online: of, offline: of, verifier: of, both: of });
  expect(margin("With both", run([0.4, 0.7], [0.7, 0.8], [1, 1]))).toBeCloseTo(0.1, 12);
  expect(margin("With both", run([0.4, 0.7], [0.7, 0.55], [1, 1]))).toBeCloseTo(-0.05, 12);
  expect(margin("With the verifier alone", run([0.4, 0.2], [0.7, 0.9], [1, 1]))).toBeCloseTo(0.2, 12);
  expect(margin("With the verifier alone", run([0.4, 0.4], [0.7, 0.6], [1, 1]))).toBeCloseTo(-0.1, 12);
});
