// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Chart, type ChartProps } from "./Chart.tsx";
import type { StepCursor } from "./interaction/stepCursor.ts";
import type { MetricSource } from "./metricSource.ts";
import { stubWidth } from "./scales/testWidth.ts";
import type { ChartLine } from "./series/line.ts";
import { LOSS } from "./specs.ts";

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
const own: ChartLine = { label: "loss", tone: 1, points, valueAt: (step = 100) => step / 10 };
const kept: ChartLine = { label: "kept", tone: 2, points, still: true, valueAt: (step = 100) => step / 20 };
const beside = (...others: readonly ChartLine[]): MetricSource => ({
  line: (metric) => (metric === "loss" ? own : undefined),
  overlay: { own: { label: "loss", tone: 1 }, lines: (metric) => (metric === "loss" ? others : []) },
});

const common: ChartProps = {
  spec: LOSS,
  metrics: beside(kept),
  subject: { feeds: ["demos"], referenceFollows: false, headline: "eval/accuracy_sampled" as const },
  steps: 100,
  numberText: String,
  readoutText: (value) => value.toFixed(2),
  onCursor: () => {},
};

test("a moved cursor moves its line, its words and the values, and draws neither the lines nor the scale again", async () => {
  const { cursor, move } = cursorAt(undefined);
  const numberText = vi.fn(String);
  render(<Chart {...common} {...{ cursor, numberText }} />);
  const figure = screen.getByRole("figure", { name: "Loss" });
  const slider = screen.getByRole("slider", { name: "Step of Loss" });
  expect(figure.textContent).toContain("kept 5.00loss 10.00");
  expect(figure.querySelectorAll("path[data-line]")).toHaveLength(2);

  numberText.mockClear();
  const seen = new MutationObserver(() => {});
  for (const svg of figure.querySelectorAll("svg")) {
    seen.observe(svg, { attributes: true, childList: true, subtree: true });
  }
  move(50);
  expect(figure.textContent).toContain("kept 2.50loss 5.00");
  expect(figure.textContent).toContain("step 50");
  expect(slider.getAttribute("aria-valuetext")).toBe("step 50: kept 2.50, loss 5.00");
  const rule = figure.querySelector<HTMLElement>("[style*=translateX]")!;
  expect(rule.style.transform).toBe("translateX(134px)");
  move(51);
  expect(rule.style.transform).toBe("translateX(136px)");
  expect(numberText).not.toHaveBeenCalled();
  expect(seen.takeRecords()).toEqual([]);

  move(undefined);
  expect(figure.querySelector("[style*=translateX]")).toBeNull();
  expect(figure.textContent).toContain("kept 5.00loss 10.00");
});

test("lines that rest and lines that grow are on layers of their own, and a line that grows leaves the others as they are", () => {
  const { rerender } = render(<Chart {...common} />);
  const layers = () => [...document.querySelectorAll("svg[data-layer=lines]")];
  expect(layers().map((layer) => layer.querySelector("path[data-line]")?.getAttribute("data-line"))).toEqual([
    "kept",
    "loss",
  ]);
  const seen = new MutationObserver(() => {});
  seen.observe(layers()[0]!, { attributes: true, childList: true, subtree: true });
  const grown: MetricSource = { ...beside(kept), line: () => ({ ...own, points: points.slice(0, 50) }) };
  rerender(<Chart {...common} metrics={grown} />);
  expect(layers()[1]!.querySelector("path[data-line]")!.getAttribute("d")!.split("L")).toHaveLength(50);
  expect(seen.takeRecords()).toEqual([]);
});

test.each([
  ["eight runs in a narrow chart", 240],
  ["eight runs in a wide one", 900],
])("of %s every name is there in full with its value", (_, width) => {
  stubWidth(width);
  const names = Array.from({ length: 7 }, (_, n) => `CHORD-µ on Countdown, 5 seeds, ${n}`);
  const others = names.map((label): ChartLine => ({ ...kept, label }));
  render(<Chart {...common} metrics={beside(...others)} />);
  const figure = screen.getByRole("figure", { name: "Loss" });
  for (const name of names) expect(figure.textContent).toContain(`${name} 5.00`);
  // Beside the ends of the lines where there is room for them, else in a legend.
  expect(within(figure).queryAllByRole("listitem")).toHaveLength(width === 900 ? 8 : 0);
});

test("a chart of shares that lives between 0.28 and 0.36 has limits and tick labels to see it by", () => {
  const line: ChartLine = {
    ...own,
    points: [0.28, 0.31, 0.36].map((y, x) => ({ x, y })),
    valueAt: () => 0.36,
  };
  const spec = { ...LOSS, domain: [0, 1] as const };
  render(
    <Chart
      {...common}
      spec={spec}
      metrics={{ line: (metric) => (metric === "loss" ? line : undefined) }}
      height={84}
    />,
  );
  const labels = [...document.querySelectorAll("[data-plot] text[text-anchor=end]")].map(
    ({ textContent }) => textContent,
  );
  const ticks = labels.map(Number).filter(Number.isFinite);
  expect(ticks.length).toBeGreaterThanOrEqual(3);
  expect(Math.min(...ticks)).toBeGreaterThan(0.2);
  expect(Math.max(...ticks)).toBeLessThan(0.45);
});

test("one press enlarges a chart, and closing it brings the focus back", () => {
  render(<Chart {...common} />);
  const button = screen.getByRole("button", { name: "Enlarge Loss" });
  button.focus();
  fireEvent.click(button);
  const dialog = screen.getByRole<HTMLDialogElement>("dialog", { name: "Loss, enlarged" });
  expect(within(dialog).getByRole("figure", { name: "Loss" })).toBeTruthy();
  fireEvent.click(within(dialog).getByRole("button", { name: "Close" }));
  expect(screen.queryByRole("dialog")).toBeNull();
});
