import { expect, test } from "vitest";
import { parseConfig } from "../../../lab/experiment/config.ts";
import { OBJECTIVES } from "../../../lab/objectives/index.ts";
import { moreCharts } from "./moreCharts.ts";

const titles = (algorithm: string, task = "sort") => {
  const { common, own, kinds } = moreCharts(parseConfig({ task, algorithm }));
  return [
    ...common.map(({ series }) => series[0]!.metric),
    ...own.map(({ title }) => title),
    ...(kinds?.series ?? []).map(({ label }) => label),
  ];
};

test("a chart is there only where its algorithm has the numbers", () => {
  expect(titles("sft")).toContain("expert/mean_p");
  expect(titles("sft")).not.toContain("rewards/margins");
  expect(titles("grpo")).not.toContain("expert/mean_p");
  expect(titles("dpo-online")).not.toContain("clip_ratio/low_mean");
});

test("forgetting is charted on tasks made of several kinds", () => {
  expect(titles("sft", "mixture")).toEqual(expect.arrayContaining(["countdown", "sort"]));
});

test("no chart shows only what another one shows already, for any algorithm", () => {
  for (const { id, charts = [] } of OBJECTIVES) {
    const { common, own } = moreCharts(parseConfig({ task: "sort", algorithm: id }));
    const shown = [
      ...common.map(({ series }) => series.filter(({ extra }) => !extra).map(({ metric }) => metric)),
      ...[...charts.slice(0, 1), ...own].map(({ series }) => series.map(({ metric }) => metric)),
    ];
    shown.forEach((mine, index) => {
      const others = shown.filter((_, at) => at !== index);
      const double = others.some((theirs) => mine.every((metric) => theirs.includes(metric)));
      expect(double, `${id}: ${mine.join(", ")}`).toBe(false);
    });
  }
});

test("no algorithm's chart carries the name of one that every run has, not even within its own", () => {
  const taken = [
    "reward",
    "accuracy",
    "loss",
    "entropy",
    "µ schedule",
    "token weights",
    "weights over the run",
    "samples",
  ];
  for (const { id, charts = [] } of OBJECTIVES) {
    for (const { title } of charts) {
      const within = taken.filter((name) => title.toLowerCase().includes(name));
      expect(within, `${id}: ${title}`).toEqual([]);
    }
  }
});
