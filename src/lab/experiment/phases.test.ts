import { describe, expect, it } from "vitest";
import { OBJECTIVES } from "../objectives/index.ts";
import { ConfigError } from "../schema.ts";
import { TASKS } from "../tasks/index.ts";
import { readIntervention } from "./changes.ts";
import {
  configAt,
  differences,
  flatten,
  parseConfig,
  phaseAt,
  phasesOf,
  readConfig,
  schemaOf,
  withSettings,
} from "./config.ts";
import { costOf } from "./cost.ts";
import {
  algorithmsOf,
  bordersOf,
  clockOf,
  evaluatedBefore,
  isEvaluated,
  totalSteps,
  withLiveChanges,
  withoutPhase,
  withPhase,
} from "./phases.ts";

const SFT_THEN_GRPO = {
  ...{ task: "sort", algorithm: "sft", steps: 60, lr: 1e-3, demoCount: 64, demoStyle: "flawed", evalEvery: 25 },
  ...{ phases: 2, "phase2.algorithm": "grpo", "phase2.steps": 80, "phase2.warmupSteps": 10 },
};

describe("a later phase", () => {
  const config = parseConfig(SFT_THEN_GRPO);

  it("is what it changes, what the phase before has and means alike, and else its algorithm's definition", () => {
    expect(config.phases).toEqual([{ algorithm: "grpo", steps: 80, warmupSteps: 10 }]);
    const [first, second] = phasesOf(config);
    expect([first!.first, first!.last, second!.first, second!.last]).toEqual([1, 60, 61, 140]);
    expect(second!.config.optimizer).toEqual({ ...first!.config.optimizer, steps: 80, warmupSteps: 10 });
    expect(second!.config.params).toEqual(parseConfig({ algorithm: "grpo" }).params);
    expect([second!.optimizer, second!.config.start, second!.config.task]).toEqual(["fresh", config.start, "sort"]);
    // Read by no objective of this phase, and kept for the held-out loss and for the phases after it.
    expect(second!.config.demonstrations).toEqual(config.demonstrations);
  });

  it("has each setting of the nearest phase before it that has one", () => {
    const three = parseConfig({
      ...{ algorithm: "grpo", groupSize: 4, klCoef: 0.1, steps: 5, phases: 3 },
      ...{ "phase2.algorithm": "sft", "phase2.demoCount": 8, "phase3.algorithm": "grpo" },
    });
    const [, sft, grpo] = phasesOf(three).map((phase) => phase.config);
    expect([sft!.demonstrations.demoCount, grpo!.rollouts.groupSize, grpo!.params.klCoef]).toEqual([8, 4, 0.1]);
    const semi = parseConfig({ algorithm: "sft", phases: 2, "phase2.algorithm": "dpo-semi-online" });
    expect(phasesOf(semi)[1]!.config).toMatchObject({ pairs: { syncEvery: 10 }, optimizer: semi.optimizer });
    const again = parseConfig({ algorithm: "grpo", klCoef: 0.1, phases: 2, "phase2.lr": 1e-5 });
    expect(phasesOf(again)[1]!.config.params.klCoef).toBe(0.1);
  });

  it("survives being written flat and read back, for every pair of algorithms, and follows the first phase", () => {
    for (const { id: algorithm } of OBJECTIVES) {
      for (const { id: next } of OBJECTIVES) {
        const one = parseConfig({ task: "sort", algorithm, phases: 2, "phase2.algorithm": next, "phase2.steps": 7 });
        expect(parseConfig(flatten(one))).toEqual(one);
        expect(phasesOf(one)[1]!.config.optimizer.steps).toBe(7);
      }
    }
    expect(phasesOf(withSettings(config, { lr: 2e-3 }))[1]!.config.optimizer.lr).toBe(2e-3);
  });

  it("leaves a config of one phase exactly as it was", () => {
    for (const { id: task } of TASKS)
      for (const { id: algorithm } of OBJECTIVES) {
        const one = parseConfig({ task, algorithm });
        expect(Object.keys(one)).not.toContain("phases");
        expect(Object.keys(flatten(one)).filter((key) => key.startsWith("phase"))).toEqual([]);
        expect(phasesOf(one)[0]!.config).toBe(one);
        expect(configAt(one, 3)).toBe(one);
      }
  });
});

describe("phases that cannot be", () => {
  const said = (raw: Record<string, unknown>) => readConfig(raw).issues.map(({ message }) => message);

  it.each([
    [{ phases: 7 }, "Phases (phases) must be a whole number in [1, 6], got 7."],
    [{ phases: 0 }, "Phases (phases) must be a whole number in [1, 6], got 0."],
    [{ phases: "two" }, 'Phases (phases) must be a whole number in [1, 6], got "two".'],
    [{ phases: 2, "phase3.lr": 1e-4 }, 'A setting of a later phase must name one of 2 to 2, got "phase3.lr".'],
    [{ "phase9.lr": 1e-4 }, 'A setting of a later phase must name one of 6, counted from 2, got "phase9.lr".'],
    [{ "phase3.lr": 1e-4 }, "Phase 3 must follow a phase 2, got no setting of phase 2 and no phases=3."],
    [{ "phase1.lr": 1e-4 }, "The first phase's settings have no prefix: phase1.lr must be written lr."],
    [{ "phase2.lr": 5 }, "Phase 2: Learning rate (lr) must be a number in [0.000001, 0.01], got 5."],
    [{ "phase2.algorithm": "magic" }, expect.stringMatching(/^Phase 2: Algorithm must be one of .* got "magic"\.$/)],
    [{ "phase2.optimizer": "new" }, 'Phase 2: Optimizer (optimizer) must be one of fresh, kept, got "new".'],
    [{ "phase2.seed": 3 }, "Phase 2: Seed (seed) is one for the whole run, got one for a phase."],
    [{ "phase2.task": "sort" }, "Phase 2: Task (task) is one for the whole run, got one for a phase."],
    [{ "phase2.setps": 3 }, 'Phase 2: Unknown setting "setps": did you mean steps?'],
    [{ "phase2.__proto__": 3 }, expect.stringMatching(/^Phase 2: Unknown setting "__proto__"/)],
    [
      { "phase2.algorithm": "sft", "phase2.groupSize": 4 },
      "Phase 2: Group size (groupSize) has no effect with SFT on Countdown: it was left out.",
    ],
  ])("are refused in one sentence: %j", (raw, message) => {
    expect(said(raw)).toEqual([message]);
    expect(() => parseConfig(raw)).toThrow(ConfigError);
  });

  it("leave all that can be read, each bad value standing as the phase before has it", () => {
    const { config } = readConfig({ lr: 2e-4, phases: 2, "phase2.lr": 5, "phase2.steps": 30 });
    expect(phasesOf(config)[1]!.config.optimizer).toMatchObject({ lr: 2e-4, steps: 30 });
    expect(readConfig({ "phase3.lr": 1e-4 }).config.phases).toBeUndefined();
    expect(readConfig({ "phase2.setps": 3 }).config.phases).toBeUndefined();
  });
});

describe("withSettings", () => {
  const config = parseConfig({ ...SFT_THEN_GRPO, "phase2.klCoef": 0.2 });

  it("changes a setting of a later phase, and drops what another algorithm or task does not know", () => {
    expect(withSettings(config, { "phase2.lr": 1e-5 }).phases).toEqual([{ ...config.phases![0], lr: 1e-5 }]);
    expect(withSettings(config, { "phase2.algorithm": "sft" }).phases).toEqual([
      { algorithm: "sft", steps: 80, warmupSteps: 10 },
    ]);
    const model = parseConfig({
      task: "sentence",
      algorithm: "sft",
      "phase2.algorithm": "grpo",
      "phase2.rewardSource": "model",
    });
    expect(withSettings(model, { task: "sort" }).phases).toEqual([{ algorithm: "grpo" }]);
  });
  it("gives another algorithm of a phase its own knobs, even one that is called alike", () => {
    const dpo = parseConfig({
      algorithm: "sft",
      "phase2.algorithm": "dpo-online",
      "phase2.beta": 0.7,
      "phase2.syncEvery": 5,
    });
    const simpo = withSettings(dpo, { "phase2.algorithm": "simpo" });
    expect(simpo.phases![0]).not.toHaveProperty("beta");
    expect(phasesOf(simpo)[1]!.config.params).toEqual(parseConfig({ algorithm: "simpo" }).params);
  });
  it("takes phases away from the end, and a new one goes on with what the last one has", () => {
    expect(withSettings(config, { phases: 1 })).not.toHaveProperty("phases");
    const three = withSettings(config, { phases: 3, "phase3.algorithm": "dpo-online" });
    expect(three.phases).toEqual([...config.phases!, { algorithm: "dpo-online" }]);
    expect(phasesOf(three)[2]!.config.optimizer.steps).toBe(80);
  });
});

describe("differences", () => {
  it("tell the phases as a whole, and that there is one where the base has more", () => {
    const config = parseConfig(SFT_THEN_GRPO);
    expect(differences(config, SFT_THEN_GRPO)).toEqual({});
    const base = { ...SFT_THEN_GRPO, "phase2.lr": 1e-5 };
    expect(differences(config, base)).toEqual({
      ...{ phases: 2, "phase2.algorithm": "grpo", "phase2.steps": 80, "phase2.warmupSteps": 10 },
    });
    expect(differences(withSettings(config, { phases: 1 }), base)).toEqual({ phases: 1 });
  });
});

describe("steps", () => {
  const config = parseConfig({ ...SFT_THEN_GRPO, phases: 3, "phase3.algorithm": "dpo-online", "phase3.steps": 10 });

  it("count on over the run, and each phase has a clock of its own", () => {
    expect(totalSteps(config)).toBe(150);
    expect([0, 1, 60, 61, 140, 141, 150, 151].map((step) => phaseAt(config, step).number)).toEqual([
      1, 1, 1, 2, 2, 3, 3, 3,
    ]);
    expect(clockOf(config, 61)).toEqual({ step: 1, totalSteps: 80 });
    expect(algorithmsOf(config)).toBe("SFT, then GRPO, then Online DPO");
    expect(bordersOf(config)).toEqual([
      { step: 60, number: 2, title: "GRPO" },
      { step: 140, number: 3, title: "Online DPO" },
    ]);
    expect(bordersOf(parseConfig({}))).toEqual([]);
    const evaluated = Array.from({ length: 151 }, (_, step) => step).filter((step) => isEvaluated(config, step));
    expect(evaluated).toEqual([0, 25, 50, 60, 75, 100, 125, 140, 150]);
    for (const end of [0, 1, 60, 61, 150]) {
      expect(evaluatedBefore(config, end)).toEqual(evaluated.filter((step) => step < end));
    }
  });

  it("decide which settings are live: an intervention is one of the phase of its step, and holds until its end", () => {
    expect(readIntervention({ step: 61, key: "klCoef", value: 0.1 }, config)).toEqual({
      step: 61,
      key: "klCoef",
      value: 0.1,
    });
    expect(() => readIntervention({ step: 60, key: "klCoef", value: 0.1 }, config)).toThrow(
      "during the phase of its step",
    );
    const interventions = [
      { step: 50, key: "lr", value: 5e-3 },
      { step: 70, key: "klCoef", value: 0.3 },
    ];
    const changed = { ...config, interventions };
    expect([49, 50, 60, 61].map((step) => configAt(changed, step).optimizer.lr)).toEqual([1e-3, 5e-3, 5e-3, 1e-3]);
    expect([69, 70, 140].map((step) => configAt(changed, step).params.klCoef)).toEqual([0, 0.3, 0.3]);
    expect(configAt(changed, 100).demonstrations.demoStyle).toBe("flawed");
    // 80 steps of SFT before it: step 70 is no longer one of GRPO.
    expect(withLiveChanges(withSettings(changed, { steps: 80 })).interventions).toEqual([interventions[0]]);
    expect(withoutPhase(changed, 2).interventions).toEqual([interventions[0]]);
  });

  it("may be given to one phase more and taken from any", () => {
    const one = parseConfig({ task: "sort", algorithm: "sft", steps: 5 });
    const two = withPhase(one, { algorithm: "grpo", steps: 6 });
    const three = withPhase(two, { algorithm: "dpo-online" });
    expect([totalSteps(two), totalSteps(three)]).toEqual([11, 17]);
    expect(withoutPhase(three, 2).phases).toEqual([{ algorithm: "dpo-online" }]);
    expect(withoutPhase(two, 2)).toEqual(one);
    expect(schemaOf(phasesOf(three)[2]!.config)).toHaveProperty("pairRule");
  });
});

it("costs what its phases cost, each with the feeds of its objective alone", () => {
  const common = { task: "sort", evalEvery: 1000, evalProblems: 8, evalOod: false, prompts: 16, groupSize: 8 };
  const sft = costOf(parseConfig({ task: "sort", algorithm: "sft", demoBatch: 8, steps: 60 }));
  const grpo = costOf(parseConfig({ ...common, algorithm: "grpo", steps: 80 }));
  const both = costOf(
    parseConfig({
      ...{ task: "sort", algorithm: "sft", demoBatch: 8, steps: 60, evalEvery: 1000, evalProblems: 8, evalOod: false },
      ...{ "phase2.algorithm": "grpo", "phase2.steps": 80 },
    }),
  );
  expect(both.steps).toBe(140);
  expect(Math.abs(both.tokens - sft.tokens - grpo.tokens)).toBeLessThanOrEqual(1);
});
