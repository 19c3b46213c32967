import { expect, it } from "vitest";
import { rngFor, Streams } from "../rng.ts";
import { prefersFirst, STYLE_FEATURES, styleFeatures, styleUtility } from "./style.ts";

const problem = { prompt: "fun dog ", kind: "sentence" };

it("counts sentiment, repeats (the opener's words too) and length", () => {
  expect(styleUtility(problem, "hugs top owl.")).toBeCloseTo(1 + 1 - 3 * 0.3, 12);
  expect(styleUtility(problem, "hugs fun dog.")).toBeCloseTo(1 + 1 - 2 - 3 * 0.3, 12);
  expect(styleUtility(problem, "oh!>robs sad owl.")).toBeCloseTo(-2 - 3 * 0.3, 12);
  expect(styleUtility(problem, "")).toBe(0);
});

it("gives a reward model counts in which repeats cannot be seen", () => {
  const features = styleFeatures("hugs top top toop owl.");
  const named = Object.fromEntries(STYLE_FEATURES.map((name, i) => [name, features[i]]));
  expect(named).toMatchObject({ hugs: 1, top: 2, owl: 1, unknown: 1, words: 5, dog: 0 });
  expect(features).toHaveLength(18);
});

it("prefers by utility, and errs by chance as often as Bradley and Terry say", () => {
  const [good, poor] = ["hugs top owl.", "pats top owl."]; // half a point apart
  const rng = (row: number) => rngFor({ seed: 1, stream: Streams.tests, step: 0 }, row);
  expect(prefersFirst(problem, good!, poor!, 0, rng(0))).toBe(true);
  expect(prefersFirst(problem, poor!, good!, 0, rng(0))).toBe(false);
  let won = 0;
  for (let row = 0; row < 4000; row++) if (prefersFirst(problem, good!, poor!, 0.5, rng(row))) won++;
  expect(won / 4000).toBeCloseTo(1 / (1 + Math.exp(-1)), 1);
});
