import { describe, expect, test } from "vitest";
import { EARLIER_PRESETS } from "../lessons/earlierPresets.ts";
import { configOf, PRESETS, presetById } from "../lessons/presets.ts";
import { toHash } from "../link/hash.ts";
import { fromHash } from "../link/testHash.ts";
import { OBJECTIVES, objectiveById } from "../objectives/index.ts";
import type { FeedCredit } from "../objectives/objective.ts";
import { at, mapBatch, placesOf, randomBatch } from "../objectives/terms/testBatches.ts";
import type { AnyValues } from "../schema.ts";
import { demoStyleOf, type FlatConfig, flatten, hintsOf, parseConfig, type RunConfig, withSettings } from "./config.ts";
import { nameOf } from "./name.ts";

const ids = OBJECTIVES.map(({ id }) => id);

/** By hand, from the papers: what each name promises. */
const PROMISED: Readonly<Record<string, FlatConfig>> = {
  "chord-mu": { tokenWeight: "none", muSchedule: "cosine", muDrawn: "" },
  "chord-phi": { tokenWeight: "phi", muSchedule: "cosine", muDrawn: "" },
  "dpo-online": { syncEvery: 1, referenceMode: "fixed" },
  "dpo-semi-online": { referenceMode: "fixed" },
};

/** Settings of an algorithm that make another one of it. */
const ERODED: readonly FlatConfig[] = [
  { algorithm: "chord-mu", tokenWeight: "phi", muPeak: 0.1, muValley: 0.1 },
  { algorithm: "chord-mu", muPeak: 0, muValley: 0 },
  {
    algorithm: "chord-mu",
    muSchedule: "fixed",
    muPeak: 1,
    isClip: 1,
    cutoffProb: 1,
    focalGamma: 0,
    entropyTopShare: 1,
  },
  { algorithm: "chord-phi", tokenWeight: "none", muPeak: 0.9, muValley: 0.05, muDecaySteps: 200 },
  { algorithm: "chord-phi", muDrawn: "1-0" },
  { algorithm: "sft-is-clip", isClip: 1 },
  { algorithm: "sft-phi-cutoff", cutoffProb: 1 },
  { algorithm: "sft-focal", focalGamma: 0 },
  { algorithm: "sft-entropy-top", entropyTopShare: 1 },
  { algorithm: "idft", gammaMin: 1, gammaMax: 1 },
  { algorithm: "hinted", hintedLoss: "idft", gammaMin: 0, gammaMax: 0 },
  { algorithm: "idft", warmupRatio: 1 },
  { algorithm: "iw-sft", iwTemperature: 0 },
  { algorithm: "iw-sft", iwLevel: "token", iwLow: 1, iwHigh: 1 },
  { algorithm: "psft", updatesPerBatch: 1 },
  { algorithm: "sft", demoStyle: "hinted" },
  { algorithm: "dpo-semi-online", syncEvery: 1 },
  { algorithm: "dpo-semi-online", syncEvery: 0 },
  { algorithm: "dpo-online", syncEvery: 10, referenceMode: "synced" },
  { algorithm: "dpo-grpo", alpha: 0 },
];

const BASES: readonly (readonly [string, RunConfig])[] = [
  ...[...PRESETS, ...EARLIER_PRESETS].map((preset) => [preset.id, configOf(preset)] as const),
  ...ERODED.map((settings) => [JSON.stringify(settings), parseConfig(settings)] as const),
];

/** Everything that reaches the weights: credits on one batch over the run, and the settings that decide what is collected. */
function trainedBy(config: RunConfig): string {
  const objective = objectiveById(config.algorithm);
  const { steps: totalSteps, ...optimizer } = config.optimizer;
  const fresh = config.optimizer.updatesPerBatch === 1;
  const batch = mapBatch(randomBatch(3), objective, (given, feed) => {
    // One token above every cutoff.
    const scores = { ...given, logp: given.logp.map((x, i) => (i === 0 ? Math.log(0.8) : x)) };
    return [scores, fresh ? { ...feed, oldLogp: scores.logp } : feed];
  });
  const credits = [1, 2, Math.ceil(totalSteps / 2), totalSteps].map((step) => {
    const { credit } = objective.assign(batch.scores, batch.feeds, config.params, { step, totalSteps });
    return placesOf(objective).flatMap((place) => {
      const { dLogp, dMeanLogp } = at<FeedCredit>(credit, place);
      const moved = dLogp.some((d) => d !== 0);
      return moved ? [[place, [...dLogp].map((d) => d.toPrecision(10)), [...(dMeanLogp ?? [])]]] : [];
    });
  });
  const moves = (feed: string) => JSON.stringify(credits).includes(`"feed":"${feed}"`);
  const style = demoStyleOf(config);
  return JSON.stringify([
    credits,
    optimizer,
    moves("demos") && [style, style === "hinted" && hintsOf(config)],
    moves("onlinePairs") && config.pairs,
  ]);
}

describe.each(BASES)("chosen over %s", (_id, base) => {
  const entries = ids.map((algorithm) => withSettings(base, { algorithm }));

  test("every algorithm is what its name says", () => {
    for (const config of entries) {
      const { title } = objectiveById(config.algorithm);
      const stays = /, (.* loss|then IDFT)$/;
      expect(nameOf(config).replace(stays, "")).toBe(title);
      const flat = flatten(config);
      expect(flat).toMatchObject(PROMISED[config.algorithm] ?? {});
      if (config.algorithm === "dpo-semi-online") expect(flat.syncEvery).toBeGreaterThan(1);
      if (config.algorithm === "chord-mu") expect(flat.muPeak).toBeGreaterThan(Number(flat.muValley));
      if (config.algorithm === "chord-phi") expect(flat.muPeak).toBe(flat.muValley);
    }
  });

  test("no two algorithms come to the same run", () => {
    const runs = entries.map((config) => [trainedBy(config), config.algorithm] as const);
    const twins = runs.filter(([run], at) => runs.findIndex(([other]) => other === run) !== at);
    expect(twins.map(([, algorithm]) => algorithm)).toEqual([]);
  });

  test("what every algorithm means alike stays", () => {
    const alike = ["task", "steps", "lr", "clipNorm", "seed", "evalEvery"] as const;
    const pick = (config: RunConfig) => alike.map((key) => flatten(config)[key]);
    for (const config of entries) expect(pick(config)).toEqual(pick(base));
  });

  test("a link carries it there and back", () => {
    for (const config of entries) {
      const { config: back, issues } = fromHash(toHash(config));
      expect(issues).toEqual([]);
      expect(back).toEqual({ ...config, interventions: [] });
    }
  });
});

test("what trains is what the name says for every preset", () => {
  const all = [...PRESETS, ...EARLIER_PRESETS];
  const names = Object.fromEntries(all.map((preset) => [preset.id, nameOf(configOf(preset))]));
  expect(names).toMatchObject({
    "never-tried.chord-mu": "CHORD-µ",
    "offline-online.s10": "Semi-online DPO",
    "ln-2.synced": "Online DPO, synced reference",
    "chord-mu-countdown": "CHORD-µ",
    "chord-phi-parity": "CHORD-φ",
    "semi-online-dpo-parity": "Semi-online DPO",
    "ln-2-parity": "Online DPO, synced reference",
  });
});

test("what differs from the definition stands beside the name", () => {
  const named = (settings: FlatConfig) => nameOf(parseConfig(settings));
  expect(named({ algorithm: "chord-phi", tokenWeight: "none" })).toBe("CHORD-φ, weights off");
  expect(named({ algorithm: "chord-phi", muPeak: 0.5, muDecaySteps: 50 })).toBe("CHORD-φ, µ from 0.5 to 0.1");
  expect(named({ algorithm: "chord-mu", tokenWeight: "phi", muSchedule: "fixed" })).toBe(
    "CHORD-µ, weight φ = p(1−p), constant µ",
  );
  expect(named({ algorithm: "chord-mu", muPeak: 0.1, muValley: 0.1 })).toBe("CHORD-µ, constant µ 0.1");
  expect(named({ algorithm: "dpo-semi-online", syncEvery: 1 })).toBe("Semi-online DPO, synced every step");
  expect(named({ algorithm: "dpo-online", syncEvery: 10 })).toBe("Online DPO, s = 10");
  expect(named({ algorithm: "dpo-offline", lossType: "ipo" })).toBe("Offline DPO, IPO loss");
  expect(named({ algorithm: "sft", demoStyle: "hinted" })).toBe("SFT, on hinted demonstrations");
  expect(named({ algorithm: "chord-mu", muPeak: 0.5 })).toBe("CHORD-µ");
});

test("settings that come with the choice win, in a link, a file or on the command line", () => {
  const semi = presetById("semi-online-dpo-parity")!.settings;
  const over = (changes: AnyValues) => flatten(parseConfig(changes, semi)).syncEvery;
  expect([over({}), over({ algorithm: "dpo-online" }), over({ algorithm: "dpo-online", syncEvery: 10 })]).toEqual([
    10, 1, 10,
  ]);
  const phi = fromHash("#v=1&preset=chord-phi-countdown&algorithm=chord-mu&muPeak=0.3&seed=1").config;
  expect(flatten(phi)).toMatchObject({
    muPeak: 0.3,
    muValley: 0.05,
    muDecaySteps: 200,
    tokenWeight: "none",
    steps: 120,
  });
  expect(nameOf(phi)).toBe("CHORD-µ");
  const off = fromHash("#v=1&preset=chord-mu-countdown&algorithm=chord-phi&tokenWeight=none").config;
  expect(nameOf(off)).toBe("CHORD-φ, weights off");
});

test("an algorithm without a preset is what its name says, from its name alone", () => {
  const names = ids.map((algorithm) => [nameOf(parseConfig({ algorithm })), objectiveById(algorithm).title] as const);
  // A link to PSFT has always meant one update a batch, which is what the name then says.
  expect(names.filter(([name, title]) => name !== title)).toEqual([["PSFT, one update a batch", "PSFT"]]);
  expect(parseConfig({ algorithm: "dpo-semi-online" }).pairs.syncEvery).toBe(10);
});

test("a knob of one name that means two things is not carried over", () => {
  const dpo = parseConfig({ algorithm: "dpo-offline", beta: 0.5, labelSmoothing: 0.2 });
  expect(flatten(withSettings(dpo, { algorithm: "idft" })).beta).toBe(1);
  expect(flatten(withSettings(dpo, { algorithm: "sft" })).labelSmoothing).toBe(0);
  expect(flatten(withSettings(dpo, { algorithm: "dpo-online" }))).toMatchObject({ beta: 0.5, labelSmoothing: 0.2 });
});

test("a setting that only the definition made so does not follow to another algorithm", () => {
  const there = withSettings(parseConfig({ algorithm: "sft" }), { algorithm: "psft" });
  expect(withSettings(there, { algorithm: "sft" }).optimizer.updatesPerBatch).toBe(1);
});

test("changes by hand of what defines an algorithm are left behind", () => {
  const interventions = [
    { step: 2, key: "muPeak", value: 0.2 },
    { step: 4, key: "lr", value: 1e-3 },
  ];
  const mu = { ...parseConfig({ algorithm: "chord-mu" }), interventions };
  expect(withSettings(mu, { algorithm: "chord-phi" }).interventions).toEqual([interventions[1]]);
  expect(withSettings(mu, { muValley: 0.1 }).interventions).toEqual(interventions);
});
