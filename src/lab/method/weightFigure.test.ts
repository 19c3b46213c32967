import { expect, test } from "vitest";
import { OBJECTIVES, objectiveById } from "../objectives/index.ts";
import { exampleOfContributing } from "../objectives/testExample.ts";
import { leastEntropy, mostEntropy, probabilityAt, WORDS } from "./entropyRange.ts";
import { type WeightFigure, weightFigure } from "./weightFigure.ts";

/** The value of a curve at the point of the grid that is nearest to x. */
function valueAt({ curves }: WeightFigure, label: string, x: number): { readonly x: number; readonly y: number } {
  const { points } = curves.find((curve) => curve.label === label)!;
  return points.reduce((best, point) => (Math.abs(point.x - x) < Math.abs(best.x - x) ? point : best));
}

test.each(OBJECTIVES.map((objective) => [objective.title, objective] as const))(
  "%s has a figure of finite numbers with a line for each kind of answer that it learns from",
  (_title, objective) => {
    const { curves, unit, about, end } = weightFigure(objective);
    expect(curves.length).toBeGreaterThanOrEqual(objective.feeds.length);
    expect(new Set(curves.map(({ label }) => label)).size).toBe(curves.length);
    for (const { points } of curves) {
      expect(points.every(({ x, y }) => Number.isFinite(y) && x >= 0 && x <= end)).toBe(true);
      expect(points.some(({ y }) => y !== 0)).toBe(true);
    }
    expect(unit).not.toBe("");
    expect(about).toMatch(/\.$/);
  },
);

test.each([
  ["sft", () => 1],
  ["dft", (p: number) => p],
  ["sft-phi", (p: number) => p * (1 - p)],
  // µ has left its peak by the first of 200 steps of a cosine: 0.05 + 0.85 (1 + cos(π/200)) / 2.
  ["chord-mu", () => 0.05 + (0.85 * (1 + Math.cos(Math.PI / 200))) / 2],
  ["chord-phi", (p: number) => 0.1 * p * (1 - p)],
])("%s weighs an expert's token as its formula says", (id, weight) => {
  const figure = weightFigure(objectiveById(id));
  expect(figure.over).toBe("p");
  for (const p of [0.1, 0.5, 0.9]) {
    const { x, y } = valueAt(figure, "expert's answer", p);
    expect(y).toBeCloseTo(weight(x), 10);
  }
});

test("GRPO pushes a right answer by A r until its ratio leaves the range, and a wrong one likewise downwards", () => {
  const figure = weightFigure(objectiveById("grpo"));
  // Rewards 1 and 0: mean ½, standard deviation of two 1/√2, so A = √½. r = p / 0.5, clip at 1 ± 0.2.
  for (const p of [0.3, 0.5]) {
    const { x, y } = valueAt(figure, "right answer", p);
    expect(y).toBeCloseTo(Math.SQRT1_2 * (x / 0.5), 4);
  }
  expect(valueAt(figure, "right answer", 0.7).y).toBe(0);
  expect(valueAt(figure, "wrong answer", 0.3).y).toBe(0);
  expect(valueAt(figure, "wrong answer", 0.7).y).toBeLessThan(0);
});

test("offline DPO pushes the chosen answer by β σ(−β h), h the log-ratios' difference over ten tokens", () => {
  const objective = objectiveById("dpo-offline");
  const beta = Number(objective.params.beta!.initial);
  const { x, y } = valueAt(weightFigure(objective), "chosen", 0.8);
  const h = 10 * (Math.log(x) - Math.log(0.5));
  expect(y).toBeCloseTo(beta / (1 + Math.exp(beta * h)), 10);
});

test("a weight that reads the entropy alone is drawn over the entropy, one that reads both over p with what H allows", () => {
  const eaft = weightFigure(objectiveById("eaft"));
  expect(eaft.over).toBe("H");
  for (const { x, y } of eaft.curves[0]!.points) expect(y).toBeCloseTo(x / Math.log(WORDS), 8);
  const idft = weightFigure(objectiveById("idft"));
  expect([idft.over, idft.spread]).toEqual(["p", true]);
  const [low, high] = idft.curves;
  expect(high!.points[30]!.y).toBeGreaterThan(low!.points[30]!.y);
});

test("an algorithm of somebody's own has its figure from its declaration", () => {
  const figure = weightFigure(exampleOfContributing().erased);
  expect(valueAt(figure, "expert's answer", 0.05).y).toBe(0);
  expect(valueAt(figure, "expert's answer", 0.2).y).toBeCloseTo(1, 10);
});

test("the entropies that a probability allows lie between two binary cases worked by hand", () => {
  expect(leastEntropy(0.5)).toBeCloseTo(Math.LN2, 12);
  expect(mostEntropy(1 / WORDS)).toBeCloseTo(Math.log(WORDS), 12);
  expect(mostEntropy(probabilityAt(1.5))).toBeCloseTo(1.5, 9);
});
