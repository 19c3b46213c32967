import { expect, test } from "vitest";
import { parseConfig } from "../../../lab/experiment/config.ts";
import { percent, sharesOf, usualSources } from "./ddtWords.ts";

test("a run is measured on its own samples beside what it learns from", () => {
  expect(usualSources(parseConfig({ algorithm: "sft" }))).toEqual(["own", "native", "expert"]);
  expect(usualSources(parseConfig({ algorithm: "sft", demoStyle: "flawed" }))).toContain("flawed");
  expect(usualSources(parseConfig({ algorithm: "sft", demoStyle: "own" }))).toContain("rejection");
  expect(usualSources(parseConfig({ algorithm: "hinted" }))).toContain("hinted");
});

test("shares sum to one, and an empty set has none", () => {
  expect(sharesOf([1, 3])).toEqual([0.25, 0.75]);
  expect(sharesOf([0, 0])).toEqual([0, 0]);
  expect([0, 0.004, 0.5, 1].map(percent)).toEqual(["0%", "0.4%", "50%", "100%"]);
});
