// @vitest-environment happy-dom
import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { stepScale } from "../scales/xScale.ts";
import type { PhaseMark } from "../series/line.ts";
import { Borders } from "./Borders.tsx";

afterEach(cleanup);

const PHASES: readonly PhaseMark[] = [
  { step: 0, title: "SFT" },
  { step: 20, title: "GRPO" },
  { step: 25, title: "CHORD-φ" },
];

function drawn(phases: readonly PhaseMark[], zoom?: { readonly from: number; readonly to: number }) {
  const box = { xScale: stepScale(100, zoom), yScale: { min: 0, max: 1, ticks: [0, 1] }, width: 300, height: 100 };
  const { container } = render(<Borders phases={phases} {...box} />);
  const names = [...container.querySelectorAll("text")];
  return {
    names: names.map(({ textContent }) => textContent),
    heights: names.map((name) => Number(name.getAttribute("y"))),
    rules: [...container.querySelectorAll("path")].map((path) =>
      Number(/^M([\d.]+)/.exec(path.getAttribute("d")!)![1]),
    ),
  };
}

test("every phase has its name, and every border its line where the phase before ends", () => {
  const { names, rules } = drawn(PHASES);
  expect(names).toEqual(["SFT", "GRPO", "CHORD-φ"]);
  // From 34 to 294 pixels there are 100 steps.
  expect(rules).toEqual([86, 99]);
});

test("names that would meet stand in rows of their own", () => {
  const { heights } = drawn(PHASES);
  expect(heights[0]).toBe(heights[1]);
  expect(heights[2]).toBeGreaterThan(heights[1]!);
});

test("zoomed in, the phase that is under way is named at the edge", () => {
  expect(drawn(PHASES, { from: 30, to: 60 })).toMatchObject({ names: ["CHORD-φ"], rules: [] });
});

test("a run of one phase has no border", () => {
  expect(drawn(PHASES.slice(0, 1)).names).toEqual([]);
});
