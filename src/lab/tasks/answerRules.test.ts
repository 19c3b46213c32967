import { expect, test } from "vitest";
import { isRight } from "./answerRules.ts";

test.each([
  ["exact", "yes", "yes", true],
  ["exact", "yes.", "yes", false],
  ["normalised", " Yes,  it is. ", "yes it is", true],
  ["numeric", "so 3+4=7", "7.0", true],
  ["numeric", "about 7", "8", false],
  ["numeric", "none", "8", false],
  ["contains", "it is yes!", "yes", true],
  ["contains", "anything", "", false],
  ["pattern", "aab", "a+b", true],
  ["pattern", "aabc", "a+b", false],
  ["pattern", "a", "(", false],
] as const)("%s: %j for %j is %j", (rule, given, answer, right) => {
  expect(isRight(rule, given, answer)).toBe(right);
});

test("patterns that could take long are never right", () => {
  for (const answer of ["(a+)+b", "(a|a)*b", "a*a*a*b", "(?=a)a", "(a)\\1"])
    expect(isRight("pattern", "aaab", answer)).toBe(false);
});
