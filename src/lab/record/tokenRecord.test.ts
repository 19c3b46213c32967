import { expect, test } from "vitest";
import { packed, unpacked } from "./packedTokens.ts";
import { columnAt, stepAt, tokenRecord } from "./testTokens.ts";
import { bounded, keepsTokens, MOST_BYTES, NO_TOKENS, tokenBytes, tokensAt, withStep } from "./tokenRecord.ts";

const keptOf = (total: number) =>
  Array.from({ length: total }, (_, i) => i + 1).filter((step) => keepsTokens(step, total));
const steps = ({ steps: list }: { steps: readonly { step: number }[] }) => list.map(({ step }) => step);

test("of a short run every step is kept, of a long one at most 40 from the first to the last, closer together at the start", () => {
  expect(keptOf(12)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  for (const total of [41, 100, 600, 10_000]) {
    const kept = keptOf(total);
    expect(kept.length).toBeLessThanOrEqual(40);
    expect(kept.length).toBeGreaterThan(20);
    expect([kept[0], kept.at(-1)]).toEqual([1, total]);
    expect(kept[1]! - kept[0]!).toBeLessThanOrEqual(kept.at(-1)! - kept.at(-2)!);
  }
  expect(keptOf(600).slice(0, 8)).toEqual([1, 3, 5, 7, 11, 15, 20, 26]);
});

test("the newest step is kept on top until the next one comes, and a run that goes back begins again there", () => {
  let record = NO_TOKENS;
  for (const step of [1, 2, 3, 4, 5, 6]) record = withStep(record, stepAt(step), 600);
  expect(steps(record)).toEqual([1, 3, 5, 6]);
  record = withStep(record, stepAt(7), 600);
  expect(steps(record)).toEqual([1, 3, 5, 7]);
  expect(steps(withStep(record, stepAt(3), 600))).toEqual([1, 3]);
});

test("a look at a step sees the newest kept before it, and without a step the newest of all", () => {
  const record = tokenRecord(2, 5, 9);
  expect([undefined, 1, 2, 4, 5, 100].map((step) => tokensAt(record, step)!.step)).toEqual([9, 2, 2, 2, 5, 9]);
  expect(tokensAt(NO_TOKENS, 3)).toBeUndefined();
});

test("a record never takes more room than one run may have; its first and newest step stay", () => {
  const long = { steps: Array.from({ length: 41 }, (_, i) => stepAt(i + 1, 2000)) };
  expect(tokenBytes(long)).toBeGreaterThan(MOST_BYTES);
  const fits = bounded(long);
  expect(tokenBytes(fits)).toBeLessThanOrEqual(MOST_BYTES);
  expect([steps(fits)[0], steps(fits).at(-1)]).toEqual([1, 41]);
  expect(bounded(fits)).toEqual(fits);
  const { watched } = bounded({
    steps: [],
    watched: { rows: [], columns: Array.from({ length: 400 }, (_, i) => columnAt(i)) },
  });
  expect(watched!.columns.length).toBeLessThanOrEqual(64);
  expect([watched!.columns[0]!.step, watched!.columns.at(-1)!.step]).toEqual([0, 399]);
  expect(bounded({ steps: [stepAt(1, 1_000_000)] }).steps).toEqual([]);
});

test("a packed record comes back as it went, and takes what it says", () => {
  const record = tokenRecord(1, 2, 40);
  expect(unpacked(packed(record))).toEqual(record);
  const numbers = packed(record).steps.flatMap(({ rows }) => rows.map(({ numbers: { byteLength } }) => byteLength));
  expect(numbers.reduce((a, b) => a + b)).toBeLessThan(tokenBytes(record));
});
