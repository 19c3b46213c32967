// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { chartSvg, type SvgChart } from "./chartSvg.ts";
import { fileName } from "./files.ts";
import { stepReach } from "./reach.ts";

const names = ["paper", "ink", "soft", "line", "edge", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"];
const chart: SvgChart = {
  title: "Loss & more",
  sentence: "Falls.",
  unit: "nats",
  lines: [
    {
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
      valueAt: () => undefined,
    },
  ],
  reach: stepReach(100),
  wishes: {},
  marks: [50],
  colours: Object.fromEntries(names.map((name, i) => [name, `#00000${i % 10}`])) as SvgChart["colours"],
  numberText: String,
};

test("a saved picture stands alone: no custom property, every name escaped, title, sentence and axis in it", () => {
  const svg = chartSvg(chart);
  expect(svg).not.toMatch(/var\(|NaN|undefined|Infinity/);
  const { documentElement: root } = new DOMParser().parseFromString(svg, "image/svg+xml");
  expect(root.querySelector("title")?.textContent).toBe("Loss & more");
  const words = [...root.querySelectorAll("text")].map((text) => text.textContent);
  expect(words).toContain("Loss & more");
  expect(words).toContain("a < bnats");
  expect(words).toContain("100 steps");
  expect(words).toContain("Falls.");
  // The raw line, the line, and the step that was changed by hand.
  expect(root.querySelectorAll("g g path")).toHaveLength(3);
});

test("on a logarithmic scale what is not above 0 is left out", () => {
  const svg = chartSvg({ ...chart, wishes: { log: true }, lines: [{ ...chart.lines[0]!, raw: [{ x: 1, y: 0 }] }] });
  expect(svg).not.toMatch(/NaN|Infinity/);
});

test("a file is named after its chart", () => {
  expect(fileName("µ schedule", "csv")).toBe("policy-lab-mu-schedule.csv");
  expect(fileName("Log-probabilities of pairs", "png")).toBe("policy-lab-log-probabilities-of-pairs.png");
});
