import { expect, test } from "vitest";
import { plotRows } from "./plotRows.ts";

const valueAt = () => undefined;

test("lines with different steps become one table in order of step, with gaps where a line has no point", () => {
  const rows = plotRows([
    {
      label: "loss",
      tone: 1,
      points: [
        { x: 1, y: 3 },
        { x: 3, y: 1 },
      ],
      valueAt,
    },
    {
      label: "µ",
      tone: 2,
      points: [
        { x: 0, y: 9 },
        { x: 3, y: 8 },
      ],
      ahead: [
        { x: 3, y: 8 },
        { x: 5, y: 7 },
      ],
      valueAt,
    },
  ]);
  expect(rows).toEqual([
    { x: 0, y1: 9 },
    { x: 1, y0: 3 },
    { x: 3, y0: 1, y1: 8, a1: 8 },
    { x: 5, a1: 7 },
  ]);
});
