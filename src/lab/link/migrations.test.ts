import { expect, test } from "vitest";
import { LINK_VERSION } from "./hash.ts";
import { all, initialWas, MIGRATIONS, type Migration, migrated, presetWas, renamed } from "./migrations.ts";

const after = (hash: string, ...steps: Migration[]) => {
  const query = migrated(new URLSearchParams(hash), 1, 2, { 1: all(...steps) });
  return query.toString().replaceAll("%3A", ":");
};

test("every version before this build's has a migration", () => {
  const versions = Array.from({ length: LINK_VERSION - 1 }, (_, i) => String(i + 1));
  expect(Object.keys(MIGRATIONS)).toEqual(versions);
});

test("a setting that was renamed is found under its new name, in changes by hand as well", () => {
  const step = renamed("beta", "dpoBeta");
  expect(after("v=1&beta=0.2&at=3:beta:0.1&at=4:lr:1", step)).toBe("v=2&dpoBeta=0.2&at=3:dpoBeta:0.1&at=4:lr:1");
});

test("a preset that was changed is spelt out in links that name it, without touching what they say themselves", () => {
  const step = presetWas("grpo-parity", { steps: 60, evalOod: true });
  expect(after("v=1&preset=grpo-parity&steps=9", step)).toBe("v=2&preset=grpo-parity&steps=9&evalOod=1");
  expect(after("v=1&preset=sft-parity", step)).toBe("v=2&preset=sft-parity");
});

test("a default that was changed stays what it was in older links, unless their preset named it", () => {
  const step = initialWas({ warmupSteps: 20, clipNorm: 1 }, { mine: { clipNorm: 5 } });
  expect(after("v=1&seed=1", step)).toBe("v=2&seed=1&warmupSteps=20&clipNorm=1");
  expect(after("v=1&preset=mine", step)).toBe("v=2&preset=mine&warmupSteps=20");
});

test("versions are walked one by one, and a missing migration is a defect that is named", () => {
  const seen: number[] = [];
  const table = { 1: () => void seen.push(1), 2: () => void seen.push(2) };
  migrated(new URLSearchParams("v=1"), 1, 3, table);
  expect(seen).toEqual([1, 2]);
  expect(() => migrated(new URLSearchParams("v=1"), 1, 4, table)).toThrow("version 3 must have a migration");
});
