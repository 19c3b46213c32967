import { describe, expect, test } from "vitest";
import { type FlatConfig, parseConfig } from "../experiment/config.ts";
import type { MetricColumn } from "../metrics.ts";
import { OBJECTIVES } from "../objectives/index.ts";
import type { Evidence } from "./alert.ts";
import { byConstruction } from "./byConstruction.ts";
import { episodes } from "./episodes.ts";
import { alertsOf, DETECTORS } from "./index.ts";

type Columns = Readonly<Record<string, readonly number[]>>;

/** A run whose first value is of step 0. */
function evidence(columns: Columns, settings: FlatConfig = {}, more: Partial<Evidence> = {}): Evidence {
  const metrics = {
    column(metric: string): MetricColumn | undefined {
      const values = columns[metric];
      if (!values) return undefined;
      const steps = Float64Array.from(values, (_, i) => i);
      return { steps, values: Float64Array.from(values), length: values.length };
    },
  };
  return { config: parseConfig({ algorithm: "grpo", ...settings }), metrics, ...more };
}

const ids = (given: Evidence) => alertsOf(given).map(({ id, from, until }) => [id, from, until]);
const repeat = (value: number, times: number) => Array.from({ length: times }, () => value);

describe("no false alarm", () => {
  test("comes before the first step, whatever the first evaluation says", () => {
    for (const { id: algorithm } of OBJECTIVES) {
      const first = {
        entropy: [0],
        "kl/start": [99],
        kl: [99],
        frac_reward_zero_std: [1],
        "pairs/valid_frac": [0],
        reward: [0],
      };
      expect(ids(evidence(first, { algorithm })), algorithm).toEqual([]);
      expect(ids(evidence({}, { algorithm })), algorithm).toEqual([]);
    }
  });
  test("comes from one bad step, nor from two", () => {
    const bad = (value: number, good: number) => [good, ...repeat(good, 12), value, value, ...repeat(good, 20)];
    expect(
      ids(
        evidence({
          frac_reward_zero_std: bad(1, 0.3),
          "pairs/valid_frac": bad(0, 0.5),
          entropy: bad(0, 1),
          kl: bad(9, 0),
        }),
      ),
    ).toEqual([]);
  });
  test("comes from a policy that was nearly certain from the start, or from one that grows certain slowly but not very", () => {
    expect(ids(evidence({ entropy: [0, ...repeat(0.02, 20), ...repeat(0.001, 40)] }))).toEqual([]);
    expect(ids(evidence({ entropy: [0, ...Array.from({ length: 60 }, (_, i) => 1 - i * 0.011)] }))).toEqual([]);
  });
});

describe("a run that solves its task", () => {
  const columns = {
    entropy: [Number.NaN, ...repeat(1, 20), ...repeat(0.01, 20)],
    frac_reward_zero_std: repeat(1, 41),
    "pairs/valid_frac": repeat(0, 41),
    kl: repeat(9, 41),
  };
  test("raises no alarm, by sampled accuracy, greedy accuracy or reward", () => {
    for (const solved of [
      { "eval/accuracy_sampled": repeat(0.98, 41) },
      { "eval/accuracy": repeat(1, 41) },
      { reward: repeat(1, 41) },
    ]) {
      expect(ids(evidence({ ...columns, ...solved }))).toEqual([]);
    }
  });
  test("is measured where an episode ends: success that came later does not excuse a stretch before it", () => {
    const kl = [Number.NaN, ...repeat(3, 10), ...repeat(0, 30)];
    const late = Array.from({ length: 41 }, (_, step) => (step < 30 ? 0.2 : 1));
    expect(ids(evidence({ kl, "eval/accuracy_sampled": late }))).toEqual([["kl-blow-up", 1, 11]]);
  });
  test("is not told by greedy accuracy where the sampled one was measured, nor by accuracy where a reward model judges", () => {
    expect(
      ids(evidence({ ...columns, "eval/accuracy": repeat(1, 41), "eval/accuracy_sampled": repeat(0.6, 41) })),
    ).toHaveLength(4);
    const taste = { task: "sentence", rewardSource: "model" };
    expect(ids(evidence({ kl: columns.kl, "eval/accuracy_sampled": repeat(1, 41) }, taste))).toHaveLength(1);
  });
});

describe("each alert", () => {
  test("entropy collapse begins at the first step of five below a fifth, and ends well above it", () => {
    const entropy = [Number.NaN, ...repeat(1, 20), ...repeat(0.1, 20), ...repeat(0.25, 10), ...repeat(0.5, 10)];
    expect(ids(evidence({ entropy }))).toEqual([["entropy-collapse", 21, 51]]);
    const [alert] = alertsOf(evidence({ entropy }));
    expect(alert!.meaning).toContain("1.00 nats");
    expect(alert!.charts).toContain("entropy");
  });
  test("no learning signal says whether everything was right or wrong, and advises accordingly", () => {
    const frac = [Number.NaN, ...repeat(0.2, 5), ...repeat(1, 10)];
    const wrong = alertsOf(evidence({ frac_reward_zero_std: frac, reward: repeat(0, 16) }))[0]!;
    const right = alertsOf(evidence({ frac_reward_zero_std: frac, reward: repeat(0.8, 16) }))[0]!;
    expect([wrong.from, wrong.until]).toEqual([6, undefined]);
    expect(wrong.meaning).toContain("wrong ones");
    expect(wrong.advice).toContain("easier problems");
    expect(right.meaning).toContain("right ones");
    expect(right.advice).toContain("harder");
  });
  test("names nothing among its remedies that is in force already, and no setting that the algorithm lacks", () => {
    const entropy = [Number.NaN, ...repeat(1, 20), ...repeat(0.1, 20)];
    const advice = (settings: FlatConfig) => alertsOf(evidence({ entropy }, settings))[0]!.advice;
    expect(advice({})).toContain("an entropy coefficient above 0, a higher temperature");
    expect(advice({ entropyCoef: 0.01 })).toContain("a larger entropy coefficient");
    expect(advice({ temperature: 2 })).not.toContain("temperature");
    expect(advice({ algorithm: "chord-mu" })).toContain("φ = p(1−p)");
    expect(advice({ algorithm: "chord-phi", tokenWeight: "phi" })).not.toContain("φ");
    expect(advice({})).not.toContain("φ");
    const far = { kl: [Number.NaN, ...repeat(3, 4)] };
    expect(alertsOf(evidence(far, { klCoef: 0.1 }))[0]!.advice).toContain("a larger KL coefficient");
    expect(alertsOf(evidence(far))[0]!.advice).not.toMatch(/β|updates per batch|synchronised/);
    const wrong = { frac_reward_zero_std: [Number.NaN, ...repeat(1, 10)], reward: repeat(0, 11) };
    expect(alertsOf(evidence(wrong))[0]!.advice).toContain("demonstrations first");
    expect(alertsOf(evidence(wrong, { algorithm: "chord-mu" }))[0]!.advice).not.toContain("demonstrations");
  });
  test("pair famine rings at the first step already, when it lasts", () => {
    expect(
      ids(evidence({ "pairs/valid_frac": [Number.NaN, ...repeat(0.02, 6)] }, { algorithm: "dpo-online" })),
    ).toEqual([["pair-famine", 1, undefined]]);
  });
  test("KL blow-up is for those who learn from their own answers: an imitator is meant to leave", () => {
    const far = { "kl/start": [0, 0.1, 2.5, 3, 0.5] };
    expect(ids(evidence(far))).toEqual([["kl-blow-up", 2, 4]]);
    expect(ids(evidence(far, { algorithm: "sft" }))).toEqual([]);
    expect(ids(evidence({ kl: [Number.NaN, ...repeat(3, 4)], "kl/start": repeat(0, 5) }))).toEqual([
      ["kl-blow-up", 1, undefined],
    ]);
  });
  test("a number that is none is told from any other failure", () => {
    const failure = {
      step: 7,
      message: "Step 7: the loss must be finite and at most 1000000, got NaN. A smaller learning rate helps.",
    };
    const [alert] = alertsOf(evidence({}, {}, { failure }));
    expect(alert).toMatchObject({ id: "non-finite", from: 7 });
    expect(alert!.meaning).toContain("got NaN");
    expect(
      ids(evidence({}, {}, { failure: { step: 0, message: "The native checkpoint must be on the server, got 404." } })),
    ).toEqual([]);
  });
  test("a hidden tab is mentioned only where it was slowed", () => {
    const hidden = [
      { from: 3, until: 9, before: 10, during: 9 },
      { from: 20, until: 22, before: 10, during: 1 },
      { from: 30 },
    ];
    expect(ids(evidence({}, {}, { hidden }))).toEqual([["hidden-tab", 20, 22]]);
  });
  test("has a title, a meaning and an advice of its own", () => {
    expect(new Set(DETECTORS.map(({ id }) => id)).size).toBe(DETECTORS.length);
    for (const { title } of DETECTORS) expect(title).toMatch(/^[A-Z]/);
  });
});

test("between its two bounds an alert stays as it is", () => {
  const rule = { enters: (v: number) => v > 2, leaves: (v: number) => v < 1, patience: 1 };
  const values = [0, 3, 1.5, 2.5, 1.5, 0.5, 1.5, 3].map((value, step) => ({ step, value }));
  expect(episodes(values, rule)).toEqual([{ from: 1, until: 5 }, { from: 7 }]);
});

describe("what is so by construction", () => {
  const said = (settings: FlatConfig) => byConstruction(parseConfig({ algorithm: "dpo-online", ...settings }));
  test("is said for online DPO whose reference follows at every step", () => {
    expect(said({ syncEvery: 1, referenceMode: "synced" })).toMatch(/margin is 0 and the loss ln 2/);
    expect(said({ syncEvery: 1, referenceMode: "mixed", referenceMix: 1 })).toBeDefined();
  });
  test("and not where the reference stands still, follows later, or is not used", () => {
    expect(said({ syncEvery: 1, referenceMode: "fixed" })).toBeUndefined();
    expect(said({ syncEvery: 5, referenceMode: "synced" })).toBeUndefined();
    expect(byConstruction(parseConfig({ algorithm: "grpo" }))).toBeUndefined();
  });
});
