import { expect, test } from "vitest";
import { declared } from "../../../charts/chartSpec.ts";
import { CHARTS } from "../../../charts/testCharts.ts";
import { DETECTORS } from "../../../lab/alerts/index.ts";
import { OBJECTIVES } from "../../../lab/objectives/index.ts";

test("every alert is marked on charts that there are, and on one that everybody has", () => {
  const common = CHARTS.map(({ id }) => id);
  const all = [...common, ...OBJECTIVES.flatMap(({ charts }) => (charts ?? []).map((chart) => declared(chart).id))];
  for (const { id, charts } of DETECTORS) {
    for (const chart of charts) expect(all, id).toContain(chart);
    expect(
      charts.some((chart) => common.includes(chart)),
      id,
    ).toBe(true);
  }
});
