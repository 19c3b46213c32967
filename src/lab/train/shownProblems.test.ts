import { expect, test } from "vitest";
import { parseConfig } from "../experiment/config.ts";
import { shownProblems } from "./shownProblems.ts";

const problems = ["sort", "sort", "sort", "parity", "sort"].map((kind, at) => ({ prompt: String(at), kind }));

test("answers are shown to one problem of each kind first, before all of the kind that is demonstrated", () => {
  const shows = { task: "duo", algorithm: "sft" };
  expect(shownProblems(problems, parseConfig({ ...shows, demoKind: "parity" }), 3)).toEqual([3, 0, 1]);
  expect(shownProblems(problems, parseConfig({ ...shows, demoKind: "sort" }), 3)).toEqual([0, 3, 1]);
});

test("a kind that is not asked comes last, and problems of one kind stay in order", () => {
  expect(shownProblems(problems, parseConfig({ task: "duo", algorithm: "grpo", weightSort: 0 }), 2)).toEqual([3, 0]);
  const one = problems.map((problem) => ({ ...problem, kind: "sort" }));
  expect(shownProblems(one, parseConfig({ task: "sort", algorithm: "grpo" }), 3)).toEqual([0, 1, 2]);
});
