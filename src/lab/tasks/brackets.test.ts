import { expect, it } from "vitest";
import { rngFor, Streams } from "../rng.ts";
import { initials } from "../schema.ts";
import { brackets } from "./brackets.ts";

const rng = (row = 0) => rngFor({ seed: 3, stream: Streams.tests, step: 0 }, row);
const params = initials(brackets.params);
const problem = { prompt: "(()[{", kind: "brackets" };

it("accepts every balanced ending, and nothing else", () => {
  const verdict = (answer: string) => brackets.verify(problem, answer, params);
  expect(verdict("}])")).toBe(1);
  expect(verdict("}[]])[]")).toBe(1);
  expect(verdict(")]}")).toBe(0);
  expect(verdict("}]")).toBe(0);
  expect(verdict("}]))")).toBe(0);
  expect(verdict("}]) ")).toBe(0);
});

it("closes at once as an expert, rambles by nature, and forgets the outermost bracket by habit", () => {
  expect(brackets.demonstrate(problem, "expert", rng(), params)).toBe("}])");
  expect(brackets.demonstrate(problem, "flawed", rng(), params)).toBe("}]");
  for (let row = 0; row < 50; row++) {
    expect(brackets.demonstrate(problem, "native", rng(row), params).length).toBeGreaterThan(3);
  }
});

it("goes deeper, or brings a third type, out of distribution alone", () => {
  const third = { ...params, bracketShift: "third" } as const;
  for (let row = 0; row < 200; row++) {
    const open = (prompt: string) => brackets.solution({ prompt, kind: "brackets" }, params).length;
    expect(open(brackets.problem(rng(row), "id", params).prompt)).toBeLessThanOrEqual(4);
    expect(open(brackets.problem(rng(row), "ood", params).prompt)).toBeGreaterThan(4);
    expect(brackets.problem(rng(row), "train", third).prompt).not.toContain("{");
    expect(brackets.problem(rng(row), "ood", third).prompt).toContain("{");
  }
});
