// @vitest-environment happy-dom
import { cleanup, render } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Chart, type ChartProps } from "../Chart.tsx";
import type { ChartSpec } from "../chartSpec.ts";
import { stubWidth } from "../scales/testWidth.ts";
import type { ChartLine } from "../series/line.ts";
import { chartSvg } from "./chartSvg.ts";
import { fileName } from "./files.ts";

beforeEach(() => {
  stubWidth(320);
  document.documentElement.style.setProperty("--paper", "#fcfcfa");
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const line: ChartLine = {
  label: "a < b",
  tone: 2,
  points: [
    { x: 0, y: 1 },
    { x: 100, y: 0 },
  ],
  raw: [
    { x: 0, y: 2 },
    { x: 100, y: -1 },
  ],
  valueAt: () => 0.5,
};
const spec: ChartSpec = { id: "x", title: "Loss & more", sentence: "", series: [{ metric: "loss", label: "a < b" }] };

function saved(given: ChartLine, more: Partial<ChartProps> = {}): string {
  const props: ChartProps = {
    spec,
    metrics: { line: () => given },
    subject: { feeds: [], referenceFollows: false, headline: "eval/accuracy_sampled" as const },
    steps: 100,
    marks: [50],
    numberText: String,
    readoutText: String,
    ...more,
  };
  const { container } = render(<Chart {...props} />);
  const plot = container.querySelector<HTMLElement>("[data-plot]")!;
  const words = { title: spec.title, sentence: "Falls.", unit: "nats", readoutText: String };
  return chartSvg(plot, [given], words);
}

test("a saved picture is the drawn one and stands alone: no custom property, every name escaped, title, sentence and axes in it", () => {
  const svg = saved(line);
  expect(svg).not.toMatch(/var\(|NaN|undefined|Infinity/);
  const { documentElement: root } = new DOMParser().parseFromString(svg, "image/svg+xml");
  expect(root.querySelector("title")?.textContent).toBe("Loss & more");
  const words = [...root.querySelectorAll("text")].map((text) => text.textContent);
  expect(words).toContain("Loss & morenats");
  expect(words).toContain("a < b 0.5");
  expect(words).toContain("100 steps");
  expect(words).toContain("Falls.");
  // The raw line, the line, and the step that was changed by hand, each as on the page.
  for (const drawn of ["path[data-raw]", "path[data-line]", "path[data-rule]"]) {
    const [there, here] = [root, document].map((one) => one.querySelector(drawn)?.getAttribute("d"));
    expect(there, drawn).toMatch(/^M[\d.]+ /);
    expect(there, drawn).toBe(here);
  }
});

test("the borders of phases are in a saved picture with their names", () => {
  const phases = [
    { step: 0, title: "SFT" },
    { step: 40, title: "CHORD-φ" },
  ];
  const svg = saved(line, { phases });
  expect(svg).not.toMatch(/var\(|NaN|undefined/);
  const { documentElement: root } = new DOMParser().parseFromString(svg, "image/svg+xml");
  const words = [...root.querySelectorAll("text")].map((text) => text.textContent);
  expect(words).toEqual(expect.arrayContaining(["SFT", "CHORD-φ"]));
  const [there, here] = [root, document].map((one) => one.querySelector("[data-border='40'] path")?.getAttribute("d"));
  expect(there).toMatch(/^M[\d.]+ /);
  expect(there).toBe(here);
});

test("what is not finite is in no picture", () => {
  const wild = [
    { x: 1, y: Number.NaN },
    { x: 2, y: Number.NEGATIVE_INFINITY },
    { x: 3, y: 1 },
    { x: 4, y: 2 },
  ];
  expect(saved({ ...line, points: wild, raw: wild })).not.toMatch(/NaN|Infinity/);
});

test("a file is named after its chart", () => {
  expect(fileName("µ schedule", "csv")).toBe("policy-lab-mu-schedule.csv");
  expect(fileName("Log-probabilities of pairs", "png")).toBe("policy-lab-log-probabilities-of-pairs.png");
});
