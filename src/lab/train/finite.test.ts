import { expect, test } from "vitest";
import { checkScores, checkUpdate } from "./finite.ts";

const scores = (logp: number, entropy: number) => {
  const of = (value: number) => Float32Array.of(value);
  return { logp: of(logp), entropy: of(entropy), varentropy: of(0), meanLogp: of(-1) };
};

test("what no policy can say of a token stops the run at that step, by name", () => {
  expect(() => checkScores(7, "demos", scores(-1, 1), 4)).not.toThrow();
  expect(() => checkScores(7, "demos", scores(0, 0), 4)).not.toThrow();
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.5])
    expect(() => checkScores(7, "demos", scores(value, 1), 4)).toThrow("Step 7: log-probabilities (demos) must be");
  for (const value of [Number.NaN, -0.1, 1.5, 1e30])
    expect(() => checkScores(7, "demos", scores(-1, value), 4)).toThrow("Step 7: entropies (demos) must lie between 0");
});

test("norms of zeros, garbage and NaN stop the run at that step; a gradient of 0 does not", () => {
  expect(() => checkUpdate(3, { gradNorm: 0, paramNorm: 5 })).not.toThrow();
  expect(() => checkUpdate(3, { gradNorm: 0, paramNorm: 0 })).toThrow(
    "Step 3: the norm of the weights must be above 0",
  );
  expect(() => checkUpdate(3, { gradNorm: Number.NaN, paramNorm: 1 })).toThrow(
    "Step 3: the gradient norm must be finite",
  );
  expect(() => checkUpdate(3, { paramNorm: 1e30 })).toThrow("at most 1000000, got 1e+30");
  expect(() => checkUpdate(3, { loss: -1e9 })).toThrow("Step 3: the loss");
});
