import fc from "fast-check";
import { expect, test } from "vitest";
import { added, CORNERS, type MuCorner, moved, redrawn, simplified, stroked } from "./muCorners.ts";

const corners = [
  { step: 1, mu: 0.9 },
  { step: 50, mu: 0.5 },
  { step: 100, mu: 0.1 },
];
const at = (all: readonly MuCorner[], step: number) => {
  const next = all.findIndex((corner) => corner.step >= step);
  const [a, b] = [all[Math.max(0, next - 1)]!, all[next] ?? all.at(-1)!];
  return a.step === b.step ? b.mu : a.mu + ((b.mu - a.mu) * (step - a.step)) / (b.step - a.step);
};
const room = { from: 1, steps: 100 };

test("a corner follows the hand, but passes neither its neighbours nor what is past, nor leaves 0 to 1", () => {
  expect(moved(corners, 1, { step: 60.4, mu: 0.777 }, room)[1]).toEqual({ step: 60, mu: 0.78 });
  expect(moved(corners, 1, { step: 400, mu: 3 }, room)[1]).toEqual({ step: 99, mu: 1 });
  expect(moved(corners, 1, { step: -5, mu: -1 }, { ...room, from: 30 })[1]).toEqual({ step: 30, mu: 0 });
});

test("a new corner stands on the line half way to the next one; there is none without room", () => {
  expect(added(corners, 0, room)[1]).toEqual({ step: 25, mu: 0.7 });
  expect(added(corners, 2, room)).toHaveLength(3);
  expect(added(corners, 2, { from: 1, steps: 140 }).at(-1)).toEqual({ step: 120, mu: 0.1 });
});

test("a cosine becomes a few corners that never leave it by more than the tolerance", () => {
  const cosine = Array.from({ length: 200 }, (_, i) => ({
    step: i + 1,
    mu: 0.5 + 0.4 * Math.cos((Math.PI * i) / 199),
  }));
  const few = simplified(cosine, 0.02, 12);
  expect(few.length).toBeLessThanOrEqual(8);
  for (const { step, mu } of cosine) expect(Math.abs(at(few, step) - mu)).toBeLessThan(0.026);
});

test("whatever is simplified keeps its ends and its limit, and stays in order", () => {
  const line = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 80 });
  fc.assert(
    fc.property(line, fc.integer({ min: 2, max: 12 }), (mus, limit) => {
      const points = mus.map((mu, i) => ({ step: i + 1, mu }));
      const few = simplified(points, 0.01, limit);
      expect(few.length).toBeLessThanOrEqual(limit);
      expect([few[0]!.step, few.at(-1)!.step]).toEqual([1, mus.length]);
      few.slice(1).forEach(({ step }, i) => {
        expect(step).toBeGreaterThan(few[i]!.step);
      });
    }),
  );
});

test("before a run a drawn line is drawn again whole; a schedule rules up to the corner before the changed one", () => {
  const next = moved(corners, 2, { step: 100, mu: 0.6 }, room);
  const muAt = (step: number) => at(corners, step);
  expect(redrawn(next, 2, { corners, drawn: true, muAt, ...room })).toEqual(next);
  expect(redrawn(next, 2, { corners, drawn: false, muAt, ...room })).toEqual(next.slice(1));
});

test("during a run what is past is left out, and the line goes on from where it is", () => {
  const now = { from: 31, steps: 100 };
  const next = moved(corners, 2, { step: 100, mu: 0.6 }, now);
  const muAt = (step: number) => at(corners, step);
  const drawn = redrawn(next, 2, { corners, drawn: true, muAt, ...now });
  expect(drawn).toEqual([
    { step: 30, mu: 0.663 },
    { step: 50, mu: 0.5 },
    { step: 100, mu: 0.6 },
  ]);
});

test("a stroke replaces what it covers, keeps what lies beside it, and never needs more corners than a link holds", () => {
  const stroke = new Map([
    [60, 0.8],
    [70, 1],
    [80, 0.2],
  ]);
  const muAt = (step: number) => at(corners, step);
  const next = stroked(stroke, { corners, drawn: true, muAt, ...room });
  expect(next[0]).toEqual(corners[0]);
  expect(next.at(-1)).toEqual(corners[2]);
  expect([60, 70, 80].map((step) => at(next, step))).toEqual([0.8, 1, expect.closeTo(0.2, 12)]);
  expect(at(next, 59)).toBeCloseTo(muAt(59), 2);
  const wild = new Map(Array.from({ length: 100 }, (_, i) => [i + 1, i % 2]));
  expect(stroked(wild, { corners, drawn: true, muAt, ...room }).length).toBeLessThanOrEqual(CORNERS);
});
