import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Schema } from "../schema.ts";
import { real } from "../schema.ts";
import { defineObjective, type Objective } from "./objective.ts";

/** The example of CONTRIBUTING.md, taken out of the page and run: what people are told to write must work. */
function exampleOf(markdown: string): Objective {
  const source = /```ts\n(\/\/ src\/lab\/objectives\/likely\.ts[\s\S]*?)```/.exec(markdown)?.[1];
  if (!source) throw new Error("CONTRIBUTING.md must show likely.ts");
  const script = source
    .replace(/^import .*$/gm, "")
    .replace("export const likely =", "return")
    .replace(/scores\.logp\[i\]!/g, "scores.logp[i]");
  return new Function("real", "defineObjective", script)(real, defineObjective) as Objective;
}

const likely = exampleOf(readFileSync(new URL("../../../CONTRIBUTING.md", import.meta.url), "utf8"));

it("adds an algorithm in one file: the one of CONTRIBUTING.md gives credit to likely tokens alone", () => {
  const logp = Float64Array.from([0.5, 0.05, 0.9, 0.9].map(Math.log));
  const feed = { rows: 1, length: 4, mask: Float64Array.from([1, 1, 1, 0]) };
  const scores = { logp, entropy: new Float64Array(4), vocabSize: 60 };
  const { loss, credit } = likely.assign(
    { demos: scores } as never,
    { demos: feed } as never,
    { threshold: 0.1 } as never,
    { step: 1, totalSteps: 10 },
  );
  // Three scored tokens, two of them likelier than 0.1: −(log 0.5 + log 0.9) / 3.
  expect(loss).toBeCloseTo(-(Math.log(0.5) + Math.log(0.9)) / 3, 12);
  expect([...credit.demos.dLogp]).toEqual([-1 / 3, -0, -1 / 3, -0]);
  expect(Object.keys(likely.params as Schema)).toEqual(["threshold"]);
});
