import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DETECTORS } from "../../../lab/alerts/index.ts";
import { OBJECTIVES } from "../../../lab/objectives/index.ts";

/** The titles of the page's own charts, as they are written. */
const OWN = readdirSync("src/charts")
  .filter((name) => name.endsWith("Chart.tsx"))
  .flatMap((name) =>
    [...readFileSync(`src/charts/${name}`, "utf8").matchAll(/title="([^"]+)"/g)].map(([, title]) => title!),
  );

test("every alert is marked on charts that there are, and on one that everybody has", () => {
  const titles = [...OWN, ...OBJECTIVES.flatMap(({ charts }) => (charts ?? []).map(({ title }) => title))];
  for (const { id, charts } of DETECTORS) {
    for (const chart of charts) expect(titles, id).toContain(chart);
    expect(
      charts.some((chart) => OWN.includes(chart)),
      id,
    ).toBe(true);
  }
});
