import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { type AnyValues, initials } from "../schema.ts";
import { OBJECTIVES, objectiveById } from "./index.ts";
import type { FeedCredit, FeedScores, Objective } from "./objective.ts";
import { at, type Batch, feedAt, mapBatch, placesOf, randomBatch } from "./terms/testBatches.ts";

const CLOCK = { step: 25, totalSteps: 100 };
const GRPO = [
  { klCoef: 0.3, klEstimator: "k1", entropyCoef: 0.05 },
  { klCoef: 0.3, klEstimator: "k2", aggregation: "sequence-mean-token-mean" },
  { klCoef: 0.3, klEstimator: "k3", aggregation: "sequence-mean-token-sum" },
  { advantageStd: "batch", aggregation: "sequence-mean-token-sum-norm", aggregationNorm: 7 },
  { advantageStd: "none", aggregation: "dr-grpo", dualClip: 0 },
  { klCoef: 0.3, klEstimator: "k3-corrected", deadGroups: "leave-out" },
  { klCoef: 0.3, klEstimator: "k1", klIn: "reward", maskedRows: "leave-out", aggregation: "sequence-mean-token-mean" },
  { klCoef: 0.3, klEstimator: "k3", klIn: "token-reward", entropyCoef: 0.05 },
];
const WEIGHTS = ["none", "is", "phi", "phi-cutoff", "focal", "entropy-top", "entropy-norm", "is-clip", "eaft", "idft"];
const PAIR_LOSSES = [
  ...["sigmoid", "hinge", "ipo", "ipo_sum", "robust", "sigmoid_norm", "exo_pair", "nca_pair", "bco_pair", "sppo_hard"],
  ...["apo_zero", "apo_down", "discopop"],
].map((lossType) => ({ lossType, labelSmoothing: 0.1 }));
const EXTRAS = { nllCoef: 0.7, entropyCoef: 0.2, reduction: "prompts" };

/** Settings beside the defaults under which an objective's slopes are checked. */
const SETTINGS: Readonly<Record<string, readonly AnyValues[]>> = {
  sft: [{ labelSmoothing: 0.2 }, { labelSmoothing: 0.1, aggregation: "sequence-mean-token-mean" }],
  idft: [
    { gradientMode: "feb2026" },
    { warmupRatio: 0.2, transitionRatio: 0.1 },
    { phiClip: 1.5, beta: 0.7 },
    { phiBound: 0.8, gradientMode: "feb2026" },
  ],
  "iw-sft": [{ iwLevel: "token" }, { iwTemperature: 2 }],
  "chord-mu": [
    ...GRPO,
    ...WEIGHTS.map((tokenWeight) => ({ tokenWeight, expertAggregation: "sequence-mean-token-mean" })),
    ...["fixed", "adaptive", "sft-then-rl", "interleave"].map((muSchedule) => ({ muSchedule, muPeriod: 5 })),
  ],
  "chord-phi": [{ muValley: 0.4, klCoef: 0.2, entropyCoef: 0.1 }],
  grpo: GRPO,
  "dpo-offline": [...PAIR_LOSSES, EXTRAS, { ...EXTRAS, nllLengthNorm: false }],
  "dpo-online": [EXTRAS],
  "group-dpo": [...PAIR_LOSSES, { reduction: "pairs" }, { reduction: "paired-prompts" }],
  "dpo-grpo": [...GRPO, { alpha: 2 }],
  simpo: [{ lossType: "hinge", beta: 1 }, { labelSmoothing: 0.2, gamma: 1 }, EXTRAS],
  orpo: [{ beta: 2 }, EXTRAS],
  kto: [{ beta: 1, desirableWeight: 2, undesirableWeight: 0.5 }],
};

const each = OBJECTIVES.map((objective) => [objective.id, objective] as const);
const settingsOf = (objective: Objective) =>
  [{}, ...(SETTINGS[objective.id] ?? [])].map((set) => ({ ...initials(objective.params), ...set }) as AnyValues);
const assign = (objective: Objective, batch: Batch, params: AnyValues = initials(objective.params)) =>
  objective.assign(batch.scores, batch.feeds, params, CLOCK);

test("every id stands once, and an unknown one is refused with the list", () => {
  expect(new Set(OBJECTIVES.map(({ id }) => id)).size).toBe(OBJECTIVES.length);
  expect(objectiveById("idft").title).toBe("IDFT");
  expect(() => objectiveById("sgd")).toThrow(/must be one of sft, dft, idft.*kto, got "sgd"/);
});

test("an algorithm's file has at most 100 lines", () => {
  const folder = new URL(".//", import.meta.url);
  const sources = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  const long = sources.filter((name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    return name !== "objective.ts" && text.includes("defineObjective(") && text.trimEnd().split("\n").length >= 100;
  });
  expect(long).toEqual([]);
});

test("every formula is TeX that the page can render", () => {
  const temml = createRequire(import.meta.url)("temml") as { renderToString(tex: string, options: object): string };
  for (const { id, formula, params } of OBJECTIVES) {
    const symbols = Object.values(params).flatMap(({ symbol }) => (symbol ? [symbol] : []));
    for (const tex of [formula, ...symbols])
      expect([id, tex, temml.renderToString(tex, { throwOnError: true, strict: true })]).toEqual([
        id,
        tex,
        expect.stringMatching(/^<math/),
      ]);
  }
});

describe.each(each)("%s", (id, objective) => {
  test("its credit is the slope of its loss by finite differences, with what is behind a stop-gradient held still", () => {
    const batch = randomBatch(7);
    for (const params of settingsOf(objective)) {
      const { credit } = assign(objective, batch, params);
      for (const place of placesOf(objective)) {
        const given = at<FeedCredit>(credit, place);
        for (const [score, slope] of [
          ["logp", given.dLogp],
          ["entropy", given.dEntropy],
          ["meanLogp", given.dMeanLogp],
        ] as const) {
          const size = feedAt(batch.feeds, place).mask.length;
          // Every third position reaches every row, and one that is not scored.
          for (let i = 0; i < size; i += 3) {
            const lossAt = (h: number) => {
              const moved = mapBatch(batch, objective, (scores, feed, here) => {
                if (here.feed !== place.feed || here.side !== place.side) return [scores, feed];
                const values = Float64Array.from(scores[score]!);
                values[i]! += h;
                return [{ ...scores, [score]: values, frozen: scores }, feed];
              });
              return assign(objective, moved, params).loss;
            };
            const h = 1e-5;
            const difference = (lossAt(h) - lossAt(-h)) / (2 * h);
            const off = Math.abs(difference - (slope?.[i] ?? 0));
            if (!(off <= 1e-8 + 1e-6 * Math.abs(difference)))
              expect.fail(
                `${JSON.stringify(params)} ${place.feed} ${place.side ?? ""} ${score}[${i}]: ${difference} by differences, ${slope?.[i]} assigned`,
              );
          }
        }
      }
    }
  });

  test("what it does not read does not change its credit", () => {
    const batch = randomBatch(11);
    for (const params of settingsOf(objective)) {
      const blind = mapBatch(batch, objective, (scores, feed, place) => {
        const reads = objective.reads?.(params, place.feed) ?? [];
        const seen = {
          logp: scores.logp,
          entropy: reads.includes("entropy") ? scores.entropy : scores.entropy.map(() => Number.NaN),
          meanLogp: reads.includes("meanLogp") ? scores.meanLogp : undefined,
          vocabSize: reads.includes("vocabSize") ? scores.vocabSize : 0,
        };
        return [seen, feed];
      });
      const [seen, unseen] = [assign(objective, batch, params), assign(objective, blind, params)];
      expect(unseen.loss).toBe(seen.loss);
      for (const place of placesOf(objective))
        expect(at<FeedCredit>(unseen.credit, place).dLogp).toEqual(at<FeedCredit>(seen.credit, place).dLogp);
      expect(Object.entries(unseen.metrics).filter(([, value]) => !Number.isFinite(value))).toEqual([]);
    }
  });

  /** Batches at the edges; every number that comes out must be finite, and a row without tokens gets no credit. */
  const edges: Readonly<
    Record<string, (scores: FeedScores, i: number) => Partial<Record<"logp" | "entropy", number>>>
  > = {
    "p = 0": () => ({ logp: Number.NEGATIVE_INFINITY, entropy: 0 }),
    "p too small for a number": () => ({ logp: -5000, entropy: 1 }),
    "p = 1": () => ({ logp: 0, entropy: 0 }),
    "p = 0 and p = 1 in turn": (_, i) => ({ logp: i % 2 ? 0 : Number.NEGATIVE_INFINITY, entropy: 0 }),
  };
  test.each(Object.entries(edges))("%s: everything is finite", (_name, edge) => {
    for (const params of settingsOf(objective)) {
      const batch = mapBatch(randomBatch(3), objective, (scores, feed) => [
        {
          ...scores,
          logp: scores.logp.map((x, i) => edge(scores, i).logp ?? x),
          entropy: scores.entropy.map((x, i) => edge(scores, i).entropy ?? x),
          meanLogp: scores.meanLogp!.map(() => Number.NEGATIVE_INFINITY),
        },
        feed,
      ]);
      expectFinite(objective, batch, params);
      const alike = mapBatch(batch, objective, (scores, feed) => [
        scores,
        { ...feed, refLogp: scores.logp, oldLogp: scores.logp },
      ]);
      expectFinite(objective, alike, params);
    }
  });

  test("tokens of probability 0 are counted in a metric", () => {
    const batch = mapBatch(randomBatch(3), objective, (scores, feed) => [
      { ...scores, logp: scores.logp.map((x, i) => (i === 0 ? Number.NEGATIVE_INFINITY : x)) },
      feed,
    ]);
    const zeros = Object.entries(assign(objective, batch).metrics).filter(([name]) => /(^|\/)zero_/.test(name));
    expect(zeros.length).toBeGreaterThan(0);
    // 18 tokens are scored in each place.
    expect(zeros.map(([, share]) => share)).toEqual(zeros.map(() => 1 / 18));
  });

  test("equal rewards, and chosen equal to rejected: everything is finite", () => {
    const base = randomBatch(5);
    const batch = mapBatch(base, objective, (scores, feed, { feed: name, side }) => {
      const twin = side ? { feed: name, side: "chosen" as const } : undefined;
      const equal = { ...(twin ? feedAt(base.feeds, twin) : feed), rewards: new Float64Array(feed.rows).fill(0.1) };
      return [twin ? at(base.scores, twin) : scores, equal];
    });
    for (const params of settingsOf(objective)) expectFinite(objective, batch, params);
    const { metrics } = assign(objective, batch);
    if (objective.feeds.includes("rollouts" as never)) expect(metrics.frac_reward_zero_std).toBe(1);
    if ("rewards/margins" in metrics) expect(metrics["rewards/margins"]).toBe(0);
  });

  test("a row without a scored token gets no credit; a batch without any has loss 0", () => {
    const without = (rows: number) =>
      mapBatch(randomBatch(9), objective, (scores, feed) => {
        const mask = feed.mask.map((m, i) => (Math.floor(i / feed.length) < rows ? 0 : m));
        return [scores, { ...feed, mask }];
      });
    for (const params of settingsOf(objective)) {
      const { credit } = expectFinite(objective, without(1), params);
      for (const place of placesOf(objective)) {
        const { dLogp, dEntropy } = at<FeedCredit>(credit, place);
        const { length } = feedAt(randomBatch(9).feeds, place);
        expect([...dLogp.slice(0, length), ...(dEntropy?.slice(0, length) ?? [])].every((d) => d === 0)).toBe(true);
      }
      expect(Math.abs(expectFinite(objective, without(4), params).loss)).toBe(0);
    }
  });

  test("no rows at all: loss 0", () => {
    const none = new Float64Array(0);
    const batch = mapBatch(randomBatch(9), objective, (_scores, feed) => [
      { logp: none, entropy: none, meanLogp: none, vocabSize: 6 },
      { rows: 0, length: feed.length, mask: none, rewards: none, groupSize: 2 },
    ]);
    for (const params of settingsOf(objective)) expect(Math.abs(expectFinite(objective, batch, params).loss)).toBe(0);
  });

  test("the numbers that came in are left as they were, and the answer is the same twice", () => {
    const batch = randomBatch(13);
    const first = assign(objective, batch);
    expect(batch).toEqual(randomBatch(13));
    expect(assign(objective, batch)).toEqual(first);
  });

  test("every chart's series is among its metrics, and its loss is too", () => {
    const { loss, metrics } = assign(objective, randomBatch(17), {
      ...initials(objective.params),
      ...SETTINGS[id]?.[0],
    });
    expect(metrics.loss).toBe(loss);
    const charted = (objective.charts ?? []).flatMap(({ series }) => series.map(({ metric }) => metric));
    // The trainer measures where a feed came from, and CLL by feed.
    for (const metric of charted.filter((name) => !/^(hinted|cll)\//.test(name)))
      expect(Object.keys(metrics)).toContain(metric);
    expect(metrics).toHaveProperty(["token_weight/mean"]);
  });
});

function expectFinite(objective: Objective, batch: Batch, params: AnyValues) {
  const result = assign(objective, batch, params);
  const wrong: string[] = [];
  const check = (name: string, values: ArrayLike<number>) => {
    if (!Array.from(values).every(Number.isFinite))
      wrong.push(`${name}: ${Array.from(values).find((x) => !Number.isFinite(x))}`);
  };
  check("loss", [result.loss]);
  for (const [name, value] of Object.entries(result.metrics)) check(name, [value]);
  for (const place of placesOf(objective)) {
    const { dLogp, dEntropy, dMeanLogp, views } = at<FeedCredit>(result.credit, place);
    const all = { dLogp, dEntropy: dEntropy ?? [], dMeanLogp: dMeanLogp ?? [], ...views };
    for (const [name, values] of Object.entries(all)) check(`${place.feed} ${name}`, values);
  }
  expect([params, wrong]).toEqual([params, []]);
  return result;
}
