// @vitest-environment happy-dom

import formulas from "virtual:formulas";
import { expect, test } from "vitest";
import { mathSegments } from "./mathSegments.ts";

const words = (segment: string) =>
  segment
    .replace(/<annotation[\s\S]*?<\/annotation>/g, "")
    .replace(/<[^>]*>/g, "")
    .replaceAll("&nbsp;", "")
    .replace(/\s/g, "");

test("a formula is cut before signs outside brackets and after commas at most one bracket deep", () => {
  const mo = (sign: string, form = "") => `<mo${form && ` form="${form}"`}>${sign}</mo>`;
  const mi = (name: string) => `<mi>${name}</mi>`;
  const row = [
    mi("L"),
    mo("="),
    mo("−", "prefix"),
    mi("min"),
    mo("("),
    mi("a"),
    mo(","),
    mi("f"),
    mo("("),
    mi("b"),
    mo(","),
    mi("c"),
    mo("+"),
    mi("d"),
    mo(")"),
    mo(")"),
    mo("+"),
    mi("H"),
  ].join("");
  expect(mathSegments(`<math><mrow>${row}</mrow></math>`).map(words)).toEqual(["L", "=−min(a,", "f(b,c+d))", "+H"]);
});

test("no symbol of any algorithm's formula is lost or moved by cutting", () => {
  expect(Object.keys(formulas).length).toBeGreaterThanOrEqual(4);
  for (const [id, mathml] of Object.entries(formulas)) {
    expect(mathSegments(mathml).map(words).join(""), id).toBe(words(mathml));
  }
});
