import { expect, it } from "vitest";
import { rngFor, Streams } from "../rng.ts";
import { initials } from "../schema.ts";
import { sort } from "./sort.ts";

const rng = (row = 0) => rngFor({ seed: 3, stream: Streams.tests, step: 0 }, row);
const params = initials(sort.params);
const problem = { prompt: "s520713=", kind: "sort" };

it("writes the digits in order, the expert after the last prefixes of its insertions, the habit with two swapped", () => {
  expect(sort.demonstrate(problem, "native", rng(), params)).toBe("012357");
  expect(sort.demonstrate(problem, "expert", rng(), params)).toBe("025,0257,01257>012357");
  expect(sort.demonstrate(problem, "flawed", rng(), params)).toBe("102357");
  expect(sort.demonstrate({ ...problem, prompt: "s100200=" }, "flawed", rng(), params)).toBe("000102");
});

it("pays for neighbours in order when graded, and only where the digits are the problem's", () => {
  const graded = { ...params, gradedSort: true };
  expect(sort.verify(problem, "102357", params)).toBe(0);
  expect(sort.verify(problem, "102357", graded)).toBe(4 / 5);
  expect(sort.verify(problem, "012355", graded)).toBe(0);
  expect(sort.verify(problem, "012357", graded)).toBe(1);
});

it("keeps problems with a majority digit out of training, or makes longer ones", () => {
  const copies = (text: string) => Math.max(...[...text].map((digit) => text.split(digit).length - 1));
  for (let row = 0; row < 300; row++) {
    expect(copies(sort.problem(rng(row), "train", params).prompt)).toBeLessThanOrEqual(3);
    expect(copies(sort.problem(rng(row), "ood", params).prompt)).toBeGreaterThan(3);
  }
  expect(sort.problem(rng(), "ood", { ...params, sortShift: "longer" }).prompt).toHaveLength(1 + 8 + 1);
});
