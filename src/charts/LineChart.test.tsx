// @vitest-environment happy-dom
import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LineChart } from "./LineChart.tsx";
import type { StepCursor } from "./stepCursor.ts";
import { stubWidth } from "./testWidth.ts";

beforeEach(() => stubWidth(240));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** A cursor that a test moves. */
function cursorAt(step: number | undefined) {
  const watching = new Set<() => void>();
  const cursor: StepCursor = {
    at: () => step,
    pinned: () => step,
    subscribe(tell) {
      watching.add(tell);
      return () => watching.delete(tell);
    },
  };
  const move = (to: number | undefined) =>
    act(() => {
      step = to;
      for (const tell of watching) tell();
    });
  return { cursor, move };
}

const points = Array.from({ length: 100 }, (_, i) => ({ x: i + 1, y: i + 1 }));
const lines = [
  { label: "loss", tone: 1 as const, points, valueAt: (step = 100) => step / 10 },
  { label: "kept", tone: 2 as const, points, still: true, valueAt: (step = 100) => step / 20 },
];

test("a moved cursor moves its line, its words and the values, and draws neither the lines nor the scale again", async () => {
  const { cursor, move } = cursorAt(undefined);
  const numberText = vi.fn(String);
  render(
    <LineChart
      {...{ title: "Loss", sentence: "", empty: "", lines, steps: 100, cursor, numberText }}
      readoutText={(value) => value.toFixed(2)}
      onCursor={() => {}}
    />,
  );
  const figure = screen.getByRole("figure", { name: "Loss" });
  const slider = screen.getByRole("slider", { name: "Step of Loss" });
  expect(figure.textContent).toContain("loss 10.00kept 5.00");
  expect(figure.querySelectorAll("path[data-line]")).toHaveLength(2);

  numberText.mockClear();
  const seen = new MutationObserver(() => {});
  for (const svg of figure.querySelectorAll("svg")) {
    seen.observe(svg, { attributes: true, childList: true, subtree: true });
  }
  move(50);
  expect(figure.textContent).toContain("loss 5.00kept 2.50");
  expect(figure.textContent).toContain("step 50");
  expect(slider.getAttribute("aria-valuetext")).toBe("step 50: loss 5.00, kept 2.50");
  const rule = figure.querySelector<HTMLElement>("[style*=translateX]")!;
  expect(rule.style.transform).toBe("translateX(134px)");
  move(51);
  expect(rule.style.transform).toBe("translateX(136px)");
  expect(numberText).not.toHaveBeenCalled();
  expect(seen.takeRecords()).toEqual([]);

  move(undefined);
  expect(figure.querySelector("[style*=translateX]")).toBeNull();
  expect(figure.textContent).toContain("loss 10.00kept 5.00");
});
