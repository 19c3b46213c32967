import { expect, test } from "vitest";
import { readLink } from "../../app/draftStore.ts";
import { type MuValues, muAt } from "../../lab/objectives/terms/mix.ts";
import { hasMu, plannedMu } from "./plannedMu.ts";

const configOf = (hash: string) => readLink(hash).config;

test("what is drawn ahead is the schedule itself, from the first step to the last", () => {
  const config = configOf("#v=1&preset=chord-mu-countdown&steps=50");
  const points = plannedMu(config);
  expect(points.map(({ x }) => x)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  for (const { x, y } of points) expect(y).toBe(muAt(x, config.params as unknown as MuValues));
});

test("a long run is drawn with a couple of hundred points, first and last step among them", () => {
  const points = plannedMu(configOf("#v=1&preset=chord-mu-countdown&steps=10000"));
  expect(points.length).toBeLessThanOrEqual(202);
  expect([points[0]!.x, points.at(-1)!.x]).toEqual([1, 10_000]);
  for (let i = 1; i < points.length; i++) expect(points[i]!.x).toBeGreaterThan(points[i - 1]!.x);
});

test("a change that a link replays is drawn where it will happen", () => {
  const points = plannedMu(configOf("#v=1&preset=chord-mu-countdown&steps=40&muSchedule=fixed&at=20:muPeak:0.9"));
  expect(points.filter(({ y }) => y === 0.9).map(({ x }) => x)).toEqual(Array.from({ length: 21 }, (_, i) => i + 20));
});

test("an algorithm that mixes nothing has no µ", () => {
  const config = configOf("#v=1&preset=grpo-parity");
  expect(hasMu(config)).toBe(false);
  expect(plannedMu(config)).toEqual([]);
});
