// @vitest-environment happy-dom
import { cleanup, render, screen } from "@testing-library/react";
import type { ComponentType } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Chart } from "../charts/Chart.tsx";
import type { ChartSpec } from "../charts/chartSpec.ts";
import type { MetricSource } from "../charts/metricSource.ts";
import { stubWidth } from "../charts/scales/testWidth.ts";
import { isMetric } from "../lab/metrics.ts";
import { recipe } from "../lab/testRecipe.ts";

beforeEach(() => stubWidth(240));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test("the chart of CONTRIBUTING.md is drawn, with a value for each of its lines", async () => {
  const { STEP_SIZE: spec } = (await recipe("src/charts/specs.ts")) as { STEP_SIZE: ChartSpec };
  expect(spec.series.filter(({ metric }) => !isMetric(metric))).toEqual([]);
  const points = Array.from({ length: 10 }, (_, i) => ({ x: i + 1, y: 1 / (i + 1) }));
  const metrics: MetricSource = {
    line: (_metric, label, tone) => ({ label, tone, points, valueAt: () => 0.1 }),
    overlay: undefined,
  };
  const subject = { feeds: ["demos"], referenceFollows: false, headline: "eval/accuracy" } as const;
  render(
    <Chart {...{ spec, metrics, subject }} steps={10} numberText={String} readoutText={String} onCursor={() => {}} />,
  );
  const figure = screen.getByRole("figure", { name: "Step size" });
  expect(figure.textContent).toContain("learning rate 0.1");
  expect(figure.textContent).toContain("gradient 0.1");
});

test("the page of CONTRIBUTING.md is shown", async () => {
  const { About } = (await recipe("src/pages/about/About.tsx")) as { About: ComponentType };
  render(<About />);
  expect(screen.getByRole("heading", { name: "About" })).toBeTruthy();
  expect(screen.getByText(/\d+ algorithms, each in one file\./)).toBeTruthy();
});
