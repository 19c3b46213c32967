import { expect, test } from "vitest";
import type { MetricName } from "../lab/metrics.ts";
import { apart } from "./EndNames.tsx";
import { type MetricSource, seriesOf } from "./metricSource.ts";
import type { ChartLine, Tone } from "./series/line.ts";
import { ACCURACY, LOSS, REWARD, TOKEN_WEIGHTS } from "./specs.ts";

const lineOf = (label: string, tone: Tone = 1): ChartLine => ({
  label,
  tone,
  points: [
    { x: 1, y: 1 },
    { x: 2, y: 2 },
  ],
  valueAt: () => 2,
});
const alone: MetricSource = { line: (_, label, tone) => lineOf(label, tone) };
const about = (feeds: readonly string[], headline: MetricName = "eval/accuracy_sampled") => ({ feeds, headline });
const labels = (metrics: MetricSource, spec: typeof REWARD, feeds: readonly string[]) =>
  seriesOf(metrics, spec, about(feeds)).drawn.map(({ line }) => line.label);

test("the reward of answers that were written before the run is not drawn beside that of the policy's own", () => {
  expect(labels(alone, REWARD, ["rollouts"])).toEqual(["training", "held out"]);
  expect(labels(alone, REWARD, ["onlinePairs"])).toEqual(["training", "held out"]);
  expect(labels(alone, REWARD, ["offlinePairs"])).toEqual(["held out"]);
});

test("of runs that lie over one another the reward is the one that all of them mean alike", () => {
  const runs = [
    { label: "Offline DPO", feeds: ["offlinePairs"] },
    { label: "GRPO", feeds: ["rollouts"] },
  ];
  const raced: MetricSource = {
    ...alone,
    overlay: {
      own: { label: "Online DPO", tone: 3 },
      lines: (_, feeds) =>
        runs
          .filter((run) => !feeds || run.feeds.some((feed) => feeds.includes(feed)))
          .map(({ label }) => ({ ...lineOf(label), still: true })),
    },
  };
  const { drawn } = seriesOf(raced, REWARD, about(["onlinePairs"]));
  expect(drawn.map(({ line }) => line.label)).toEqual(["Offline DPO", "GRPO", "Online DPO"]);
  expect(new Set(drawn.map(({ series }) => series.metric))).toEqual(new Set(["eval/reward"]));
});

test("runs over one another are compared by what they are about, where that was measured", () => {
  const raced: MetricSource = {
    ...alone,
    overlay: { own: { label: "GRPO", tone: 1 }, lines: () => [{ ...lineOf("SFT"), still: true }] },
  };
  const shown = (metrics: MetricSource, headline: MetricName) =>
    seriesOf(metrics, ACCURACY, about(["rollouts"], headline)).drawn[0]!.series.metric;
  expect(shown(raced, "eval/accuracy_sampled")).toBe("eval/accuracy_sampled");
  expect(shown(raced, "eval/accuracy")).toBe("eval/accuracy");
  const greedy: MetricSource = {
    line: (metric, label, tone) => (metric === "eval/accuracy" ? lineOf(label, tone) : undefined),
    overlay: {
      own: { label: "GRPO", tone: 1 },
      lines: (metric) => (metric === "eval/accuracy" ? [lineOf("SFT")] : []),
    },
  };
  expect(shown(greedy, "eval/accuracy_sampled")).toBe("eval/accuracy");
});

test("only a run that imitates has a held out's loss", () => {
  expect(labels(alone, LOSS, ["demos", "rollouts"])).toEqual(["loss", "held out"]);
  expect(labels(alone, LOSS, ["rollouts"])).toEqual(["loss"]);
});

test("weights are a spread where their quantiles were measured, else a mean and the largest", () => {
  const [median] = seriesOf(alone, TOKEN_WEIGHTS, about([])).drawn;
  expect(median!.line.areas).toHaveLength(2);
  const plain: MetricSource = { line: (metric, label) => (/p\d\d$/.test(metric) ? undefined : lineOf(label)) };
  expect(labels(plain, TOKEN_WEIGHTS, [])).toEqual(["mean", "largest"]);
  expect(seriesOf(plain, TOKEN_WEIGHTS, about([])).otherwise).toBe(true);
});

test("names at the ends of lines keep their distance, their order and the plot's height", () => {
  expect(apart([10, 12, 80], 20, 100)).toEqual([10, 30, 80]);
  expect(apart([90, 95, 99], 20, 100)).toEqual([60, 80, 100]);
  expect(apart([50], 20, 100)).toEqual([50]);
});
