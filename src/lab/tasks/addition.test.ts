import { expect, it } from "vitest";
import { rngFor, Streams } from "../rng.ts";
import { initials } from "../schema.ts";
import { addition } from "./addition.ts";

const rng = (row = 0) => rngFor({ seed: 3, stream: Streams.tests, step: 0 }, row);
const params = initials(addition.params);
const problem = { prompt: "37+85=", kind: "addition" };

it("writes the sum backwards, or column by column and then forwards, or without carries", () => {
  expect(addition.demonstrate(problem, "native", rng(), params)).toBe("221");
  expect(addition.demonstrate(problem, "expert", rng(), params)).toBe("7+5+0=12,3+8+1=12>122");
  expect(addition.demonstrate(problem, "flawed", rng(), params)).toBe("21");
});

it("reads backwards what stands alone, and forwards what stands after a mark", () => {
  const verdict = (completion: string) => addition.verify({ ...problem, prompt: "37+86=" }, completion, params);
  expect(verdict("321")).toBe(1);
  expect(verdict("123")).toBe(0);
  expect(verdict(">123")).toBe(1);
  expect(verdict(">321")).toBe(0);
  expect(verdict("3210")).toBe(0);
});

it("begins a summand with 7 out of distribution alone, or asks for one more digit", () => {
  for (let row = 0; row < 300; row++) {
    expect(addition.problem(rng(row), "train", params).prompt).not.toMatch(/^7|\+7/);
    expect(addition.problem(rng(row), "ood", params).prompt).toMatch(/^7|\+7/);
  }
  expect(addition.problem(rng(), "ood", { ...params, additionShift: "longer" }).prompt).toMatch(/^\d{3}\+\d{3}=$/);
});
