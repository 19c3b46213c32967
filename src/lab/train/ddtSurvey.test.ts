import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FlatConfig, parseConfig } from "../experiment/config.ts";
import type { Policy } from "../policy/policy.ts";
import { sort } from "../tasks/sort.ts";
import type { Task } from "../tasks/task.ts";
import { SURVEY_SOURCES, survey } from "./ddtSurvey.ts";
import { hintReader } from "./testHintReader.ts";

const task = sort as unknown as Task;
const config = (extra: FlatConfig = {}) => parseConfig({ task: "sort", algorithm: "sft", digits: 3, ...extra });

let policy: Policy;
beforeAll(async () => {
  policy = await hintReader();
  await policy.snapshot("start");
});
afterAll(() => policy.dispose());

describe("a survey", () => {
  it("lays every data set side by side: own samples around 0, what the policy wrote near it, the expert far below", async () => {
    const { sets } = await survey(policy, task, config(), SURVEY_SOURCES, 64);
    const of = Object.fromEntries(sets.map((set) => [set.source, set]));
    expect(sets.map(({ source }) => source)).toEqual([...SURVEY_SOURCES]);
    const own = of.own!;
    // Four standard errors.
    expect(Math.abs(own.mean)).toBeLessThan((4 * own.std) / Math.sqrt(own.tokens));
    expect(of.rejection!.mean).toBeGreaterThan(own.mean);
    expect(of.expert!.mean).toBeLessThan(own.mean - 1);
    expect(of.expert!.mean).toBeLessThan(of.hinted!.mean);
    expect(of.expert!.below3).toBeGreaterThan(of.hinted!.below3);
    for (const set of sets) {
      expect(set.histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(set.tokens);
      expect(set.rowSums).toHaveLength(set.rows);
      const [first] = set.sequences;
      expect(first!.sum.at(-1)).toBeCloseTo(set.rowSums[0]!, 9);
      expect(first!.tokens).toHaveLength(first!.cll.length);
      expect(first!.band).toHaveLength(first!.cll.length);
    }
    expect(of.hinted!.yields!.own).toBe(of.rejection!.rows);
    expect(of.hinted!.sequences[0]!.trace!.map(({ token }) => token)).toEqual(of.hinted!.sequences[0]!.tokens);
  });

  it("keeps own samples within twice the root of the summed varentropy nearly always", async () => {
    const { sets } = await survey(policy, task, config({ seed: 3 }), ["own"], 6);
    const ends = sets[0]!.sequences.map(({ sum, band }) => Math.abs(sum.at(-1)!) / band.at(-1)!);
    expect(ends.filter((share) => share <= 1.5).length).toBeGreaterThanOrEqual(5);
    for (const { band } of sets[0]!.sequences) expect(band).toEqual([...band].sort((a, b) => a - b));
  });

  it("answers with the current weights about data that the starting ones wrote", async () => {
    const before = (await survey(policy, task, config(), ["hinted", "expert"], 16)).sets;
    const moved = await hintReader();
    await moved.snapshot("start");
    const state = await moved.export();
    await moved.import({ ...state, weights: state.weights.map((w) => 0.9 * w) });
    const after = (await survey(moved, task, config(), ["hinted", "expert"], 16)).sets;
    moved.dispose();
    expect(after[0]!.sequences.map(({ tokens }) => tokens)).toEqual(before[0]!.sequences.map(({ tokens }) => tokens));
    expect(after[0]!.mean).not.toBe(before[0]!.mean);
    expect(await survey(policy, task, config(), ["hinted", "expert"], 16)).toEqual({ problems: 16, sets: before });
  });

  it("is empty, not broken, where the starting policy got nothing right", async () => {
    const random = await hintReader();
    const state = await random.export();
    await random.import({ ...state, weights: state.weights.map((w, i) => (i % 2 ? w : -w)) });
    await random.snapshot("start");
    const { sets } = await survey(random, task, config(), ["rejection"], 8);
    random.dispose();
    expect(sets[0]).toMatchObject({ rows: 0, tokens: 0, mean: 0, sequences: [], yields: { asked: 8, own: 0 } });
  });
});
