import { expect, it } from "vitest";
import { rngFor, Streams } from "../rng.ts";
import { duo } from "./duo.ts";
import { sentenceParity } from "./sentenceParity.ts";
import { sentenceStyle } from "./style.ts";

const rng = (row: number) => rngFor({ seed: 2, stream: Streams.tests, step: 1 }, row);

it("asks sorting and parity alike, told apart by a letter", () => {
  const problems = Array.from({ length: 400 }, (_, row) => duo.problem(rng(row), "train", {}));
  for (const { prompt, kind } of problems) expect(prompt).toMatch(kind === "sort" ? /^s\d{5}=$/ : /^p[01]{10}=$/);
  const sorts = problems.filter(({ kind }) => kind === "sort").length;
  expect(Math.abs(sorts - 200)).toBeLessThan(50);
  expect(duo.verify({ prompt: "p0111010110=", kind: "parity" }, "0101100100>0", {})).toBe(1);
  expect(duo.verify({ prompt: "s52071=", kind: "sort" }, "01257", {})).toBe(1);
  expect(duo.style).toBeUndefined();
});

it("judges taste in sentences as the sentence task does, and leaves parity to the verifier", () => {
  const problem = { prompt: "dog ", kind: "sentence" };
  const parity = { prompt: "p0111010110=", kind: "parity" };
  const { style } = sentenceParity;
  expect(style!.utility(problem, "hugs fun owl.")).toBe(sentenceStyle.utility(problem, "hugs fun owl."));
  expect(style!.kinds).toEqual(["sentence"]);
  expect([style!.verifiable(parity), style!.verifiable(problem)]).toEqual([true, false]);
  expect(sentenceParity.verify(problem, "hugs fun owl.", {})).toBe(1);
});
