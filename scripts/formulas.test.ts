import formulas, { pieces } from "virtual:formulas";
import { expect, test } from "vitest";
import { OBJECTIVES, objectiveById } from "../src/lab/objectives/index.ts";
import { rngFor, Streams } from "../src/lab/rng.ts";
import { type AnyValues, type Field, type FieldValue, initials } from "../src/lab/schema.ts";

test("every objective's formula is MathML when the page is built", () => {
  expect(Object.keys(formulas)).toEqual(OBJECTIVES.map((objective) => objective.id));
  for (const { id, formula } of OBJECTIVES) {
    expect(formulas[id], id).toMatch(/^<math .*<\/math>$/s);
    expect(formulas[id], `${id} keeps its TeX for copying`).toContain("application/x-tex");
    expect(formula.length).toBeGreaterThan(0);
  }
});

function anyValueOf({ initial, options, range, kind }: Field, rng: ReturnType<typeof rngFor>): FieldValue {
  if (rng.next() < 0.3) return initial;
  if (options) return options[rng.below(options.length)]!.value;
  if (kind === "flag") return rng.next() < 0.5;
  if (kind === "curve") return rng.next() < 0.5 ? "" : "2-0.5";
  const value = range!.min + (range!.max - range!.min) * (rng.next() < 0.3 ? 0 : rng.next());
  return kind === "int" ? Math.round(value) : value;
}

test("whatever the settings, every piece of the formula in force was made when the page was built", () => {
  for (const { id, params, formulaOf } of OBJECTIVES.filter((objective) => objective.formulaOf)) {
    for (let n = 0; n < 300; n++) {
      const rng = rngFor({ seed: 1, stream: Streams.tests, step: n }, 0);
      const settings = Object.fromEntries(Object.entries(params).map(([key, field]) => [key, anyValueOf(field, rng)]));
      for (const tex of formulaOf!(settings)) expect(pieces[tex], `${id} ${tex}`).toMatch(/^<math .*<\/math>$/s);
    }
  }
});

test("a formula says the weight, the µ and the loss that are in force", () => {
  const written = (id: string, changes: AnyValues = {}) => {
    const objective = objectiveById(id);
    return objective.formulaOf!({ ...initials(objective.params), ...changes }).join(" ");
  };
  expect(written("chord-phi")).toContain("w_t = p_t(1-p_t)");
  expect(written("chord-phi", { tokenWeight: "none" })).not.toContain("w_t");
  expect(written("chord-mu")).not.toContain("w_t");
  expect(written("chord-mu", { tokenWeight: "phi" })).toContain("w_t = p_t(1-p_t)");
  expect(written("chord-mu")).toContain("\\mu_{\\text{peak}} \\to \\mu_{\\text{valley}}");
  expect(written("chord-phi")).toContain("\\mu = \\mu_{\\text{valley}}");
  expect(written("chord-mu", { muSchedule: "adaptive" })).toContain("\\overline{R}");
  expect(written("dpo-online", { lossType: "ipo" })).toContain("\\frac{1}{2\\beta}");
  expect(written("dpo-online", { lossType: "ipo" })).not.toContain("\\sigma");
  expect(written("sft")).not.toContain("\\varepsilon");
  expect(written("sft", { labelSmoothing: 0.1 })).toContain("\\varepsilon");
  expect(written("grpo")).not.toContain("D_{\\text{KL}}");
  expect(written("grpo", { klCoef: 0.1 })).toContain("D_{\\text{KL}}");
  expect(written("hinted", { hintedLoss: "idft" })).toContain("\\gamma_t");
  expect(written("dft", { aggregation: "dr-grpo" })).toContain("c_{t} = \\frac{1}{B\\,L}");
});

test("formulas stay a small part of the page", () => {
  const bytes = JSON.stringify([formulas, pieces]).length;
  expect(Object.keys(pieces).length).toBeLessThan(120);
  expect(bytes).toBeLessThan(150_000);
});
