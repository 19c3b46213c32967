import { expect, it } from "vitest";
import { rngFor, Streams } from "../rng.ts";
import { initials } from "../schema.ts";
import { parity } from "./parity.ts";

const rng = (row = 0) => rngFor({ seed: 3, stream: Streams.tests, step: 0 }, row);
const params = initials(parity.params);
const problem = { prompt: "0111001=", kind: "parity" };

it("names the parity at once, or works it out bit by bit, or overlooks the last one", () => {
  expect(parity.demonstrate(problem, "native", rng(), params)).toBe("0");
  expect(parity.demonstrate(problem, "expert", rng(), params)).toBe("0101110>0");
  expect(parity.demonstrate(problem, "flawed", rng(), params)).toBe("0101111>1");
});

it("judges the last word alone, whatever the working", () => {
  expect(parity.verify(problem, "1111111>0", params)).toBe(1);
  expect(parity.verify(problem, "0101110>1", params)).toBe(0);
  expect(parity.verify(problem, "0>", params)).toBe(0);
});

it("has two to four bits more out of distribution, and both labels about equally often", () => {
  const lengths = new Set<number>();
  let ones = 0;
  for (let row = 0; row < 1000; row++) {
    lengths.add(parity.problem(rng(row), "ood", params).prompt.length - 1);
    if (parity.solution(parity.problem(rng(row), "train", params), params) === "1") ones++;
  }
  expect([...lengths].sort()).toEqual([16, 17, 18]);
  expect(Math.abs(ones - 500)).toBeLessThan(80); // 5 standard deviations
});
