import { afterEach, describe, expect, it } from "vitest";
import { type FlatConfig, parseConfig, type RunConfig, schemaOf, withInterventions } from "../experiment/config.ts";
import { toHash } from "../link/hash.ts";
import { fromHash } from "../link/testHash.ts";
import { OBJECTIVES } from "../objectives/index.ts";
import type { Policy } from "../policy/policy.ts";
import type { Field, FieldValue, Schema } from "../schema.ts";
import { parameterHash } from "./parameterHash.ts";
import { Run } from "./run.ts";
import { hintReader } from "./testHintReader.ts";

const open: Policy[] = [];
afterEach(() => {
  for (const policy of open.splice(0)) policy.dispose();
});
async function start(config: RunConfig): Promise<Run> {
  const policy = await hintReader();
  open.push(policy);
  return Run.start(policy, config);
}

const hashOf = async ({ policy }: Run) => parameterHash((await policy.export()).weights);

/** Six updates on a policy that sorts three digits about half of the time. */
function configFor(algorithm: string, extra: FlatConfig = {}): RunConfig {
  const { feeds } = OBJECTIVES.find(({ id }) => id === algorithm)!;
  return parseConfig({
    ...{ task: "sort", digits: 3, algorithm, start: "random", size: "nano", steps: 6, warmupSteps: 0 },
    ...{ evalProblems: 8, evalOod: false },
    ...(feeds.includes("demos") && { demoBatch: 4, demoCount: 12 }),
    ...(feeds.some((feed) => feed !== "demos") && { prompts: 2, groupSize: 4 }),
    ...extra,
  });
}

/** Ceilings of others lie highest from the start: what moves here stays below them. */
const CEILINGS: readonly string[] = OBJECTIVES.flatMap(({ params }) =>
  Object.values(params as Schema).flatMap(({ notAbove }) => (notAbove ? [notAbove.key] : [])),
);

/** The smallest value of a live setting, and one above it. */
function ends({ kind, range, options, initial }: Field): readonly [FieldValue, FieldValue] {
  if (range?.log && range.min > 0) return [range.min, 10 * range.min];
  if (range?.offUpTo !== undefined) return [range.min, range.offUpTo + (range.step ?? 1)];
  if (range) return [range.min, Math.min(range.max, kind === "int" ? range.min + 2 : range.min + 0.05)];
  if (options) return [options[0]!.value, options.at(-1)!.value];
  return kind === "curve" ? ["", "1-0.4_6-0.2"] : [initial, !initial];
}

/** Every live setting of the run goes from its smallest value to another one after two updates, and back after four. */
function withAllMoved(config: RunConfig): RunConfig {
  const live = Object.entries(schemaOf(config)).filter(([key, field]) => field.live && !CEILINGS.includes(key));
  const start = Object.fromEntries(live.map(([key, field]) => [key, ends(field)[0]]));
  const { interventions: _, ...rest } = config;
  const low = live.map(([key]) => ({ step: 1, key, value: start[key]! }));
  const up = live.map(([key, field]) => ({ step: 3, key, value: ends(field)[1] }));
  const down = live.map(([key]) => ({ step: 5, key, value: start[key]! }));
  return { ...rest, interventions: [...low, ...up, ...down] };
}

describe.each(OBJECTIVES.map(({ id }) => id))("every live setting of %s", (algorithm) => {
  it.each([1, 4])(
    "may go up and down again with %i updates a batch, from a link as by hand",
    async (updatesPerBatch) => {
      const config = withAllMoved(configFor(algorithm, { updatesPerBatch }));
      const { config: linked, issues } = fromHash(toHash(config));
      expect(issues).toEqual([]);
      const replayed = await start(linked);
      const byHand = await start({ ...config, interventions: [] });
      while (!byHand.finished) {
        for (const { step, key, value } of config.interventions)
          if (step === byHand.step + 1) byHand.intervene(key, value);
        const { metrics } = await byHand.advance();
        for (const [name, value] of Object.entries(metrics))
          expect([name, Number.isFinite(value)]).toEqual([name, true]);
        await replayed.advance();
      }
      expect(await hashOf(replayed)).toBe(await hashOf(byHand));
    },
  );

  it("may be the only one that moves, with an item of each feed read while it is up", async () => {
    const config = configFor(algorithm, { updatesPerBatch: 4 });
    const live = Object.entries(schemaOf(config)).filter(
      ([key, field]) => field.live && field.range?.min === 0 && !CEILINGS.includes(key),
    );
    for (const [key, field] of live) {
      const [low, high] = ends(field);
      const run = await start({ ...config, interventions: [{ step: 1, key, value: low }] });
      await run.advance();
      run.intervene(key, high);
      for (const feed of run.objective.feeds) {
        const page = await run.browse({ feed, from: 0, count: 1 });
        if ("items" in page && page.items[0]) await run.openItem(feed, page.items[0].index);
      }
      await run.advance();
      run.intervene(key, low);
      expect((await run.advance()).step).toBe(3);
    }
  });
});

describe("settings that contradict each other", () => {
  const RISING = { step: 3, key: "gammaMax", value: 0.05 } as const;

  it("are left out of a link with a sentence, and refused in a config, before a run could meet them", () => {
    const config = configFor("idft", { gammaMin: 0.1 });
    const { config: linked, issues } = fromHash(toHash({ ...config, interventions: [RISING] }));
    expect(linked.interventions).toEqual([]);
    expect(issues.map(({ message }) => message).join()).toMatch(
      /Step 3: γ max \(gammaMax\) must be at least γ min \(gammaMin\), 0\.1, got 0\.05/,
    );
    expect(() => withInterventions(config, [RISING])).toThrow(/Step 3: γ max/);
  });

  it("may change together at one step, and each in its turn", () => {
    const config = configFor("idft", { gammaMin: 0.1, gammaMax: 0.5 });
    const both = [
      { step: 3, key: "gammaMin", value: 0.8 },
      { step: 3, key: "gammaMax", value: 0.9 },
    ];
    const { config: linked, issues } = fromHash(toHash({ ...config, interventions: both }));
    expect(issues).toEqual([]);
    expect(linked.interventions).toEqual(both);
  });

  it("are refused during a run, which goes on as it was", async () => {
    const run = await start(configFor("idft", { gammaMin: 0.1 }));
    await run.advance();
    expect(() => run.intervene("gammaMax", 0.05)).toThrow(/must be at least γ min/);
    expect((await run.advance()).step).toBe(2);
  });
});

describe("a reference that a live setting asks for", () => {
  it("is the policy before the first update, whenever it is asked for", async () => {
    const config = configFor("grpo", { lr: 1e-3 });
    const late = await start({ ...config, interventions: [{ step: 4, key: "klCoef", value: 1 }] });
    while (late.step < 3) await late.advance();
    const asked: string[] = [];
    const { score } = late.policy;
    late.policy.score = (batch, weights) => {
      if (weights) asked.push(weights);
      return score.call(late.policy, batch, weights);
    };
    const { metrics } = await late.advance();
    expect(asked).toEqual(["start"]);
    expect(metrics.kl).toBeGreaterThan(0);
  });
});
