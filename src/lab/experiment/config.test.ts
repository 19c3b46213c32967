import { describe, expect, it } from "vitest";
import { configOf, PRESETS } from "../lessons/presets.ts";
import { OBJECTIVES } from "../objectives/index.ts";
import { ConfigError } from "../schema.ts";
import { TASKS } from "../tasks/index.ts";
import {
  configAt,
  demoStyleOf,
  differences,
  flatten,
  hintsOf,
  parseConfig,
  readConfig,
  sectionsOf,
  withSettings,
} from "./config.ts";

describe("readConfig", () => {
  it("opens with defaults whatever it is given, and names each problem in one sentence", () => {
    const { config, issues } = readConfig({
      task: "countdown",
      algorithm: "grpo",
      lr: "fast",
      steps: "12",
      colour: "red",
    });
    expect(config.optimizer.steps).toBe(12);
    expect(config.optimizer.lr).toBe(1e-4);
    expect(issues.map((issue) => issue.message)).toEqual([
      'Learning rate (lr) must be a number in [0.000001, 0.01], got "fast".',
      expect.stringContaining('Unknown setting "colour"'),
    ]);
  });
  it("refuses NaN, infinities and numbers outside the bounds", () => {
    for (const lr of [Number.NaN, "NaN", Number.POSITIVE_INFINITY, "1e9", -1, "", null, {}]) {
      expect(readConfig({ lr }).issues).toHaveLength(1);
    }
  });
  it("suggests the setting that was meant", () => {
    expect(readConfig({ setps: 3 }).issues[0]?.message).toBe('Unknown setting "setps": did you mean steps?');
  });
  it("says when a setting has no effect with this algorithm", () => {
    const { issues } = readConfig({ algorithm: "sft", groupSize: 4 });
    expect(issues[0]?.message).toContain("has no effect with SFT");
  });
  it("falls back to a known task and algorithm", () => {
    const { config, issues } = readConfig({ task: "chess", algorithm: "magic" });
    expect([config.task, config.algorithm, issues.length]).toEqual(["countdown", "grpo", 2]);
  });
});

describe("every pair of task and algorithm", () => {
  it("declares each key once, so that a flat record is never ambiguous", () => {
    for (const task of TASKS) {
      for (const objective of OBJECTIVES) {
        const keys = sectionsOf(task, objective).flatMap((section) => Object.keys(section.schema));
        const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
        expect({ task: task.id, objective: objective.id, twice }).toEqual({
          task: task.id,
          objective: objective.id,
          twice: [],
        });
        expect(keys.filter((key) => ["task", "algorithm", "v", "preset", "at"].includes(key))).toEqual([]);
      }
    }
  });
  it("survives being written flat and read back", () => {
    for (const task of TASKS) {
      for (const objective of OBJECTIVES) {
        const { config } = readConfig({ task: task.id, algorithm: objective.id });
        expect(parseConfig(flatten(config))).toEqual(config);
      }
    }
  });
});

describe("sections", () => {
  const named = (task: string, algorithm: string) =>
    sectionsOf(TASKS.find(({ id }) => id === task)!, OBJECTIVES.find(({ id }) => id === algorithm)!);

  it("ask about the hints where the policy may write the demonstrations, and leave no choice where it must", () => {
    const hints = named("sort", "sft").find(({ name }) => name === "hints");
    expect(hints?.when).toEqual({ key: "demoStyle", value: "hinted" });
    const forced = named("sort", "hinted");
    expect(forced.map(({ name }) => name)).not.toContain("hints");
    expect(forced.flatMap(({ schema }) => Object.keys(schema))).not.toContain("demoStyle");
    const { config, issues } = readConfig({ algorithm: "hinted", demoStyle: "expert", gate: "sigmoid" });
    expect(issues.map(({ key }) => key)).toEqual(["demoStyle"]);
    expect([demoStyleOf(config), hintsOf(config).gate]).toEqual(["hinted", "sigmoid"]);
    expect(hintsOf(parseConfig({ algorithm: "sft", demoStyle: "hinted", gate: "piecewise" })).gate).toBe("piecewise");
  });

  it("ask who rewards only where a task has more than right and wrong, and something is sampled", () => {
    const asked = (task: string, algorithm: string) =>
      named(task, algorithm).some(({ schema }) => "rewardSource" in schema);
    expect([asked("sentence", "grpo"), asked("mixture", "dpo-online")]).toEqual([true, true]);
    expect([asked("sentence", "sft"), asked("sort", "grpo")]).toEqual([false, false]);
    const sentence = parseConfig({ task: "sentence", algorithm: "grpo", rewardSource: "model" });
    expect(withSettings(sentence, { task: "sort" }).rewards.rewardSource).toBe("verifier");
  });
});

describe("kinds of problems", () => {
  it("are asked about only where a task has several, each as far as the algorithm reads it", () => {
    const keys = (task: string, algorithm: string) => Object.keys(flatten(parseConfig({ task, algorithm })));
    expect(keys("duo", "chord-mu")).toEqual(expect.arrayContaining(["demoKind", "weightSort", "weightParity"]));
    expect(keys("duo", "sft")).toContain("demoKind");
    expect(keys("duo", "sft")).not.toContain("weightSort");
    expect(keys("duo", "grpo")).not.toContain("demoKind");
    expect(keys("parity", "chord-mu")).not.toContain("demoKind");
  });

  it("are refused where the task has no such kind, and have no effect where nothing reads them", () => {
    const { issues } = readConfig({ task: "duo", algorithm: "sft", demoKind: "countdown", weightSort: 0.5 });
    expect(issues.map(({ message }) => message)).toEqual([
      'Kind demonstrated (demoKind) must be one of all, sort, parity, got "countdown".',
      "Weight of sort (weightSort) has no effect with SFT on Sorting and parity: it was left out.",
    ]);
  });

  it("are left behind when the new task does not have the one chosen", () => {
    const duo = parseConfig({ task: "duo", algorithm: "sft", demoKind: "sort" });
    expect(withSettings(duo, { task: "sentence-parity" }).kinds.demoKind).toBe("all");
    expect(withSettings(duo, { task: "mixture" }).kinds.demoKind).toBe("sort");
    expect(() => withSettings(duo, { task: "mixture", demoKind: "chess" })).toThrow(/got "chess"/);
  });
});

describe("the checkpoint that a run starts from", () => {
  it("is a setting where the task has several, the usual one unless said", () => {
    expect(parseConfig({ task: "parity" }).start.checkpoint).toBe("tiny");
    expect(parseConfig({ task: "parity", checkpoint: "nano-mixed" }).start.checkpoint).toBe("nano-mixed");
    expect(parseConfig({ task: "sort" }).start.checkpoint).toBeUndefined();
    expect(() => parseConfig({ task: "parity", checkpoint: "huge" })).toThrow(/must be one of tiny, nano-.*got "huge"/);
    expect(() => parseConfig({ task: "sort", checkpoint: "tiny" })).toThrow(/has no effect/);
  });

  it("needs no word in a link that was written while there was one", () => {
    const { config, issues } = readConfig({ task: "parity", algorithm: "grpo" });
    expect(issues).toEqual([]);
    expect(differences(config, {})).toEqual({});
  });
});

describe("withSettings", () => {
  it("changes the algorithm, keeps what still applies and drops what does not", () => {
    const grpo = parseConfig({ algorithm: "grpo", groupSize: 4, lr: 2e-4 });
    const sft = withSettings(grpo, { algorithm: "sft" });
    expect([sft.algorithm, sft.optimizer.lr, sft.rollouts.groupSize]).toEqual(["sft", 2e-4, 8]);
  });
  it("throws on a value that is not valid and changes nothing", () => {
    expect(() => withSettings(parseConfig({}), { lr: 7 })).toThrow(ConfigError);
  });
});

describe("configAt", () => {
  it("applies each intervention from its step on", () => {
    const config = { ...parseConfig({ algorithm: "grpo" }), interventions: [{ step: 5, key: "lr", value: 3e-4 }] };
    expect(configAt(config, 4).optimizer.lr).toBe(1e-4);
    expect(configAt(config, 5).optimizer.lr).toBe(3e-4);
  });
});

describe("presets", () => {
  it("are valid, differ in id, and need no words of their own in a link", () => {
    expect(new Set(PRESETS.map((preset) => preset.id)).size).toBe(PRESETS.length);
    for (const preset of PRESETS) expect(differences(configOf(preset), preset.settings)).toEqual({});
  });
});
