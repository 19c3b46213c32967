import { expect, test } from "vitest";
import { parseConfig } from "../../../lab/experiment/config.ts";
import { nearest, pixelsOf, valuesAt } from "./strip.ts";

const column = (step: number, p: number) => ({
  step,
  scores: [{ logp: Float32Array.of(Math.log(p), Math.log(0.5)), entropy: Float32Array.of(0.5, 0.25) }],
});

test("the weight at a column is the algorithm's own: p(1−p) for CHORD-φ, 1 for SFT, none for GRPO", () => {
  const of = (algorithm: string) => {
    const first = column(0, 0.2);
    return valuesAt(first, 0, "weight", parseConfig({ algorithm }), first);
  };
  expect(of("chord-phi")[0]).toBeCloseTo(0.16, 6);
  expect(of("chord-phi")[1]).toBeCloseTo(0.25, 6);
  expect(of("sft")).toEqual([1, 1]);
  expect(of("grpo")).toEqual([]);
});

test("a setting changed during the run changes the weights from its step on", () => {
  const config = {
    ...parseConfig({ algorithm: "idft", gammaMax: 2 }),
    interventions: [{ step: 11, key: "gammaMax", value: 1 }],
  };
  const [before, after] = [column(9, 0.01), column(10, 0.01)];
  // CLL = log 0.01 + 0.5 is far below 0: γ stands at its bound.
  expect(valuesAt(before, 0, "weight", config, before)[0]).toBeCloseTo(0.01 ** 2, 8);
  expect(valuesAt(after, 0, "weight", config, before)[0]).toBeCloseTo(0.01, 6);
});

test("iw-SFT takes the first column as its reference, where that is the start", () => {
  const config = parseConfig({ algorithm: "iw-sft" });
  const [first, later] = [column(0, 0.2), column(5, 0.4)];
  // exp(mean(log 2, 0)).
  expect(valuesAt(later, 0, "weight", config, first)[0]).toBeCloseTo(Math.SQRT2, 5);
  expect(valuesAt(column(6, 0.4), 0, "weight", config, later)).toEqual([]);
});

test("pixels take the hue of the sign and the alpha of the size", () => {
  const fill = (value: number, full: number) => ({
    push: value < 0 ? ("down" as const) : ("up" as const),
    strength: Math.abs(value) / full,
  });
  const colours = { up: [0, 0, 255], down: [255, 0, 0], level: [9, 9, 9] } as const;
  const pixels = pixelsOf([[1, -2], [0]], 2, fill, 2, colours);
  expect([...pixels]).toEqual([0, 0, 255, 108, 0, 0, 255, 0, 255, 0, 0, 217, 0, 0, 255, 0]);
});

test("the nearest column is found on either side, the later of two", () => {
  const columns = [0, 10, 20].map((step) => column(step, 0.5));
  expect([-5, 4, 5, 12, 99].map((step) => nearest(columns, step))).toEqual([0, 0, 1, 1, 2]);
});
