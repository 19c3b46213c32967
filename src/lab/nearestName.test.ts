import { expect, test } from "vitest";
import { nearestName } from "./nearestName.ts";

const KEYS = ["lr", "steps", "labelSmoothing", "muPeak", "klCoef"];

test.each([
  ["setps", "steps"],
  ["STEPS", "steps"],
  ["stepz", "steps"],
  ["lt", "lr"],
  ["kleCof", "klCoef"],
  ["labelSmothing", "labelSmoothing"],
  ["mupeek", "muPeak"],
])("%s was meant to be %s", (typed, meant) => {
  expect(nearestName(typed, KEYS)).toBe(meant);
});

test.each(["foo", "klIn", "", "s", "xx", "nothing-like-this", "steps".repeat(20)])("nothing is near to %j", (typed) => {
  expect(nearestName(typed, KEYS)).toBeUndefined();
});
