// @vitest-environment happy-dom
import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { stepScale } from "../scales/xScale.ts";
import type { ChartLine, Point } from "../series/line.ts";
import { Lines } from "./Lines.tsx";

afterEach(cleanup);

const BOX = { xScale: stepScale(10), yScale: { min: 0, max: 1, ticks: [0, 0.5, 1] }, width: 300, height: 100 };

function drawn(line: Partial<ChartLine>, log = false): (string | null)[] {
  const whole: ChartLine = { label: "median", tone: 1, points: [], valueAt: () => undefined, ...line };
  const box = log ? { ...BOX, yScale: { min: 0.1, max: 1, ticks: [0.1, 0.5, 1], log } } : BOX;
  const { container } = render(<Lines lines={[whole]} {...box} />);
  return [...container.querySelectorAll("path")].map((path) => path.getAttribute("d"));
}
const areasOver = (points: readonly Point[]) => drawn({ areas: [{ upper: points, lower: points }] });

test("an area is filled once it has two points, and before that nothing is drawn", () => {
  expect(areasOver([])).toEqual([]);
  expect(areasOver([{ x: 1, y: 0.5 }])).toEqual([]);
  const [area, ...more] = areasOver([
    { x: 1, y: 0.5 },
    { x: 2, y: 0.6 },
  ]);
  expect(area).toMatch(/^M[\d.]+ [\d.]+(L[\d.]+ [\d.]+){3}Z$/);
  expect(more).toEqual([]);
});

test("what is not finite is not drawn, nor what a logarithmic axis has no place for", () => {
  const points = [
    { x: 1, y: 0.5 },
    { x: 2, y: Number.NaN },
    { x: 3, y: Number.POSITIVE_INFINITY },
    { x: 4, y: 0 },
    { x: 5, y: 0.2 },
  ];
  const band = points.map(({ x, y }) => ({ x, low: y, high: y }));
  for (const d of [...drawn({ points, band }), ...drawn({ points }, true)]) expect(d).not.toMatch(/NaN|Infinity/);
  expect(drawn({ points })[0]!.split("L")).toHaveLength(3);
  expect(drawn({ points }, true)[0]!.split("L")).toHaveLength(2);
});
