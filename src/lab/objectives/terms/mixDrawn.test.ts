import { expect, test } from "vitest";
import { parseConfig } from "../../experiment/config.ts";
import { LINK_LIMIT, writeLink } from "../../link/link.ts";
import { fromHash } from "../../link/testHash.ts";
import { drawnMuAt, MU_POINTS, type MuValues, muAt, muDrawnKnob, muPoints, muText } from "./mix.ts";

const config = parseConfig({ task: "sort", algorithm: "chord-mu", muSchedule: "fixed", muPeak: 0.9 });
const values = { ...config.params, muDrawn: "10-0.2_20-0.8" } as unknown as MuValues;

test("a drawn µ is straight between its corners and level after the last; before the first the schedule rules", () => {
  const at = [1, 9, 10, 15, 19, 20, 5000].map((step) => muAt(step, values));
  expect(at).toEqual([0.9, 0.9, 0.2, 0.5, 0.74, 0.8, 0.8].map((mu) => expect.closeTo(mu, 12)));
  expect(muAt(15, { ...values, muDrawn: "" })).toBe(0.9);
  expect(drawnMuAt(3, [])).toBeUndefined();
});

test("corners there and back are the same, to a thousandth", () => {
  const points = [
    { step: 1, mu: 0 },
    { step: 7, mu: 0.333 },
    { step: 100, mu: 1 },
  ];
  expect(muText(points)).toBe("1-0_7-0.333_100-1");
  expect(muPoints(muText(points))).toEqual(points);
  expect(muDrawnKnob.read(" 3-0.12349_8-.5 ")).toBe("3-0.123_8-0.5");
});

test.each([
  ["fast", "corners written as step-value"],
  ["0-0.5", "corners at steps 1 to 100000"],
  ["4-1.5", "values in [0, 1]"],
  ["9-0.1_4-0.2", "corners in order of step"],
  ["4-0.1_4-0.2", "corners in order of step"],
  [Array.from({ length: 33 }, (_, i) => `${i + 1}-0.5`).join("_"), "at most 32 corners"],
  [0.3, "corners written as step-value"],
])("a drawn µ of %j is refused in words", (raw, words) => {
  expect(() => muDrawnKnob.read(raw, "muDrawn")).toThrow(words);
});

test("the most that can be drawn fits into a link, before the run and three times during it", () => {
  const full = (from: number) =>
    muText(Array.from({ length: MU_POINTS }, (_, i) => ({ step: from + 300 * i, mu: 0.123 + i / 1000 })));
  const drawn = parseConfig({ task: "sort", algorithm: "chord-mu", steps: 10_000, muDrawn: full(1) });
  const interventions = [100, 200, 300].map((step) => ({ step, key: "muDrawn", value: full(step) }));
  const { hash, cuts } = writeLink({ config: { ...drawn, interventions } });
  expect(cuts).toEqual([]);
  expect(hash.length).toBeLessThanOrEqual(LINK_LIMIT);
  expect(fromHash(hash).config).toEqual({ ...drawn, interventions });
});
