import { describe, expect, it } from "vitest";
import { parseConfig } from "../experiment/config.ts";
import { Streams } from "../rng.ts";
import { initials } from "../schema.ts";
import { countdown } from "../tasks/countdown.ts";
import { duo } from "../tasks/duo.ts";
import { paths } from "../tasks/paths.ts";
import { sort } from "../tasks/sort.ts";
import { batchIndices, demonstration, demonstrationPool, demonstrations, sourceOf } from "./demonstrations.ts";

const source = { style: "expert", seed: 5, split: "train" } as const;
const params = initials(countdown.params);

describe("demonstrations", () => {
  it("have different prompts and right answers in the style asked for", () => {
    const items = demonstrations(countdown, params, { ...source, count: 512 });
    expect(new Set(items.map((item) => item.problem.prompt)).size).toBe(512);
    for (const { problem, completion } of items) {
      expect(completion).toContain(">");
      expect(countdown.verify(problem, completion, params)).toBe(1);
    }
  });

  it("begin alike, however many there are", () => {
    const few = demonstrations(countdown, params, { ...source, count: 40 });
    expect(demonstrations(countdown, params, { ...source, count: 90 }).slice(0, 40)).toEqual(few);
  });

  it("change with the seed", () => {
    const [a, b] = [5, 6].map((seed) => demonstrations(countdown, params, { ...source, seed, count: 8 }));
    expect(a).not.toEqual(b);
  });

  it("repeat prompts only once a task has no more", () => {
    const items = demonstrations(paths, initials(paths.params), { ...source, count: 400 });
    const prompts = items.map((item) => item.problem.prompt);
    const all = new Set(prompts).size;
    expect(items).toHaveLength(400);
    expect(all).toBeLessThan(400);
    expect(new Set(prompts.slice(0, all)).size).toBe(all);
  });

  it("come without end, item by item, where the count is 0", () => {
    const sortParams = initials(sort.params);
    const pool = demonstrationPool(sort, sortParams, { ...source, count: 0 });
    expect(pool.at(123_456)).toEqual(demonstration(sort, sortParams, source, 123_456));
    expect(pool.at(7)).not.toEqual(pool.at(8));
  });

  it("refuse an item that the fixed set does not have", () => {
    const pool = demonstrationPool(countdown, params, { ...source, count: 4 });
    expect(pool.at(3).problem.kind).toBe("countdown");
    expect(() => pool.at(4)).toThrow("demonstration must be in [0, 4), got 4");
  });
});

describe("batches", () => {
  const key = { seed: 5, stream: Streams.shuffle, step: 0 };
  const through = (count: number, size: number, steps: number) =>
    Array.from({ length: steps }, (_, i) => batchIndices(count, size, i + 1, key)).flat();

  it("show every item once an epoch, in a new order each time, also when a batch spans two", () => {
    const series = through(10, 4, 15); // 60 items: six epochs
    const epochs = Array.from({ length: 6 }, (_, epoch) => series.slice(epoch * 10, epoch * 10 + 10));
    for (const epoch of epochs) expect([...epoch].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(new Set(epochs.map(String)).size).toBe(6);
  });

  it("hold more than the whole set where they must", () => {
    const batch = batchIndices(3, 8, 2, key);
    expect(batch).toEqual(through(3, 1, 16).slice(8, 16));
  });

  it("place every item everywhere about equally often", () => {
    const counts = new Array<number>(6).fill(0);
    for (let epoch = 1; epoch <= 3000; epoch++) counts[batchIndices(6, 6, epoch, key).indexOf(0)]! += 1;
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(105); // 5 standard deviations
  });

  it("follow one another where there is no end", () => {
    expect(batchIndices(0, 3, 1, key)).toEqual([0, 1, 2]);
    expect(batchIndices(0, 3, 5, key)).toEqual([12, 13, 14]);
  });

  it("are counted from 1", () => {
    expect(() => batchIndices(5, 2, 0, key)).toThrow("step must be a whole number from 1, got 0");
  });
});

describe("demonstrations of mixed styles", () => {
  const writers = (shares: { flawedShare?: number; nativeShare?: number }, count: number) =>
    demonstrations(countdown, params, { ...source, ...shares, count }).map(({ writer }) => writer);
  const of = (list: readonly string[], style: string) => list.filter((writer) => writer === style).length;

  it("hold exactly the shares asked for, spread evenly", () => {
    const mixed = writers({ flawedShare: 0.29, nativeShare: 0.5 }, 200);
    expect([of(mixed, "flawed"), of(mixed, "native"), of(mixed, "expert")]).toEqual([58, 71, 71]);
    for (let from = 0; from < 200; from += 20) {
      expect(Math.abs(of(mixed.slice(from, from + 20), "flawed") - 5.8)).toBeLessThan(1);
    }
    expect(new Set(writers({ flawedShare: 1 }, 20))).toEqual(new Set(["flawed"]));
    expect(new Set(writers({ nativeShare: 1 }, 20))).toEqual(new Set(["native"]));
  });

  it("ask the same problems, and answer each as its writer would alone", () => {
    const mixed = demonstrations(countdown, params, { ...source, flawedShare: 0.4, count: 30 });
    const pure = { expert: demonstrations(countdown, params, { ...source, count: 30 }) };
    const flawed = demonstrations(countdown, params, { ...source, style: "flawed", count: 30 });
    mixed.forEach((item, i) => {
      expect(item).toEqual((item.writer === "flawed" ? flawed : pure.expert)[i]);
    });
  });

  it("begin alike, however many there are", () => {
    const shares = { flawedShare: 0.35, nativeShare: 0.2 };
    const few = demonstrations(countdown, params, { ...source, ...shares, count: 40 });
    expect(demonstrations(countdown, params, { ...source, ...shares, count: 90 }).slice(0, 40)).toEqual(few);
  });
});

describe("demonstrations of a task of several kinds", () => {
  it("are about one kind where that is asked for", () => {
    for (const kind of ["sort", "parity"]) {
      const items = demonstrations(duo, {}, { ...source, kind, count: 30 });
      expect(new Set(items.map(({ problem }) => problem.kind))).toEqual(new Set([kind]));
    }
    const any = demonstrations(duo, {}, { ...source, count: 60 });
    expect(new Set(any.map(({ problem }) => problem.kind)).size).toBe(2);
  });

  it("are what the settings of a run say", () => {
    const settings = { task: "duo", algorithm: "sft", demoKind: "parity", flawedShare: 0.5, seed: 9 };
    expect(sourceOf(parseConfig(settings), "train")).toMatchObject({ kind: "parity", flawedShare: 0.5, seed: 9 });
    const own = sourceOf(parseConfig({ ...settings, demoStyle: "own" }), "train");
    expect(own).toEqual({ style: "native", seed: 9, split: "train", kind: "parity" });
  });
});
