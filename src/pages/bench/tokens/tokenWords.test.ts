import { expect, test } from "vitest";
import type { TokenRow } from "../../../lab/train/report.ts";
import { chainOf, signed, strongestByWriter, verdictOf, writerOf } from "./tokenWords.ts";

const row: TokenRow = {
  feed: "demos",
  prompt: "3,5,8:16=",
  tokens: ["3", "+"],
  logp: [Math.log(0.5), Math.log(0.25)],
  entropy: [1, 0.5],
  // µ φ / N with µ = 0.1 and N = 100.
  weight: [0.00025, 0],
  views: { p: [0.5, 0.25], phi: [0.25, 0.1875], weight: [0.25, 0], clipped: [0, 1] },
};

test("the chain of a token goes from its probability to its weight, with its own numbers", () => {
  expect(chainOf(row, 0).map(({ symbol, value }) => [symbol, value])).toEqual([
    ["p", "0.5"],
    ["H", "1 nats"],
    ["φ", "0.25"],
    ["clipped", "no"],
    ["w", "0.25"],
  ]);
});

test("a clipped token says so", () => {
  expect(chainOf(row, 1).map(({ symbol, value }) => [symbol, value])).toEqual([
    ["p", "0.25"],
    ["H", "0.5 nats"],
    ["φ", "0.188"],
    ["clipped", "yes: not pushed"],
    ["w", "0"],
  ]);
});

test("what an algorithm shows under a name nobody knows yet is shown all the same", () => {
  const strange = { ...row, views: { hinge: [2, 3] } };
  expect(chainOf(strange, 1)).toContainEqual({ symbol: "hinge", value: "3" });
});

test("signs and writers are said in words", () => {
  expect([0.1, -0.1, 0].map(verdictOf)).toEqual(["made likelier", "made less likely", "left alone"]);
  expect([0.1, -0.1, 0].map(signed)).toEqual(["+0.1", "−0.1", "0"]);
  expect(writerOf(row, "expert")).toBe("expert");
  expect(writerOf({ ...row, feed: "rollouts" }, "expert")).toBe("own");
  expect(writerOf({ ...row, feed: "demos", writer: "flawed" }, "expert")).toBe("flawed");
});

test("each writer's tokens are measured by the strongest of their own", () => {
  const own = { ...row, feed: "rollouts", weight: [-0.5, 0.25] };
  expect([...strongestByWriter([row, own, { ...own, weight: [0.1] }], "expert")]).toEqual([
    ["expert", 0.00025],
    ["own", 0.5],
  ]);
});
