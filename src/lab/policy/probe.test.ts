import { expect, test } from "vitest";
import { randomWeights } from "./init.ts";
import { openPolicy } from "./open.ts";
import { freshState } from "./policy.ts";
import { probeSize, probeUpdate } from "./probe.ts";
import { parameterCount, SIZES } from "./shape.ts";

test("a probe has the rows and tokens that are meant, fewer where that would take long, and no more tokens than the context", () => {
  const shape = { ...SIZES.nano, context: 32 };
  expect(probeSize(shape, { rows: 16, length: 20 })).toEqual({ rows: 16, length: 20 });
  expect(probeSize(shape, { rows: 16, length: 500 })).toEqual({ rows: 16, length: 32 });
  const large = { ...shape, width: 1024, hidden: 4096, layers: 12, heads: 8, kvHeads: 8 };
  expect(probeSize(large, { rows: 64, length: 32 })).toEqual({
    rows: 1,
    length: Math.floor(3e9 / parameterCount(large)),
  });
});

test("the second of two updates is timed", async () => {
  const shape = { ...SIZES.nano, context: 16 };
  const state = freshState(shape, randomWeights(shape, 1));
  const { policy } = await openPolicy(state, { policy: "reference", backend: "auto" });
  let clock = 0;
  const probe = await probeUpdate(policy, { rows: 2, length: 6 }, () => (clock += 250));
  expect(probe).toEqual({ rows: 2, length: 6, seconds: 0.25 });
  expect((await policy.export()).updates).toBe(2);
  policy.dispose();
});
