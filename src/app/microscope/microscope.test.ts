import { expect, test } from "vitest";
import { grown, MOST_COLUMNS, type Watching } from "./microscope.ts";

const rows = [{ prompt: "31=", tokens: ["1", "3"] }];
const column = (step: number) => ({
  type: "watched" as const,
  runId: "a",
  step,
  scores: [{ logp: Float32Array.of(-step, 0), entropy: Float32Array.of(1, 1) }],
});

test("columns gather in order of step, and what came before what is watched is known is left out", () => {
  expect(grown(undefined, column(1))).toBeUndefined();
  let watching = grown(undefined, { ...column(0), rows });
  watching = grown(watching, column(2));
  watching = grown(watching, column(4));
  expect(watching!.columns.map(({ step }) => step)).toEqual([0, 2, 4]);
  expect(grown(watching, column(2))!.columns.map(({ step }) => step)).toEqual([0, 2]);
});

test("a run of ten thousand columns keeps a bounded number, evenly spread, the newest among them", () => {
  let watching: Watching | undefined = grown(undefined, { ...column(0), rows });
  for (let step = 1; step <= 10_000; step++) {
    watching = grown(watching, column(step));
    expect(watching!.columns.length).toBeLessThanOrEqual(MOST_COLUMNS);
  }
  const steps = watching!.columns.map(({ step }) => step);
  expect(steps[0]).toBe(0);
  expect(steps.at(-1)).toBe(10_000);
  expect(steps.length).toBeGreaterThan(MOST_COLUMNS / 2 - 2);
});
