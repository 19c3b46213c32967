import formulas from "virtual:formulas";
import { expect, test } from "vitest";
import { OBJECTIVES } from "../src/lab/objectives/index.ts";

test("every objective's formula is MathML when the page is built", () => {
  expect(Object.keys(formulas)).toEqual(OBJECTIVES.map((objective) => objective.id));
  for (const { id, formula } of OBJECTIVES) {
    expect(formulas[id], id).toMatch(/^<math .*<\/math>$/s);
    expect(formulas[id], `${id} keeps its TeX for copying`).toContain("application/x-tex");
    expect(formula.length).toBeGreaterThan(0);
  }
});
