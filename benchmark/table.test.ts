import { expect, test } from "vitest";
import { figure, table } from "./table.ts";

test("a table lines up its columns: names to the left, figures to the right", () => {
  expect(
    table(
      ["", "ms"],
      [
        ["ours", "5.00"],
        ["plain tfjs", "12.0"],
      ],
    ),
  ).toBe(["              ms", "──────────  ────", "ours        5.00", "plain tfjs  12.0"].join("\n"));
});

test("a column without a figure is left out", () => {
  const lines = table(["", "ms", "GPU MB"], [["ours", "5.00", figure(undefined)]]).split("\n");
  expect(lines[0]).toBe("        ms");
});

test("a figure keeps three digits", () => {
  expect([0.01234, 6e-7, 1.5, 12.34, 1437.2, 34567].map(figure)).toEqual([
    "0.012",
    "6e-7",
    "1.50",
    "12.3",
    "1,437",
    "34,567",
  ]);
  expect([undefined, Number.NaN].map(figure)).toEqual(["–", "–"]);
});
