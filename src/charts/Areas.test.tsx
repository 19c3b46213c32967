// @vitest-environment happy-dom
import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { Areas } from "./Areas.tsx";
import type { ChartLine, Point } from "./chartLine.ts";
import { stepReach } from "./reach.ts";

afterEach(cleanup);

const BOX = { reach: stepReach(10), scale: { min: 0, max: 1, ticks: [0, 1] }, width: 300, height: 100 };

function areasOver(points: readonly Point[]): (string | null)[] {
  const areas = [{ upper: points, lower: points }];
  const line: ChartLine = { label: "median", tone: 1, points, areas, valueAt: () => undefined };
  const { container } = render(<Areas lines={[line]} {...BOX} />);
  return [...container.querySelectorAll("path")].map((path) => path.getAttribute("d"));
}

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
