import { describe, expect, test } from "vitest";
import { readLink } from "../link/link.ts";
import { withSettings } from "./changes.ts";
import { parseConfig, readConfig } from "./readConfig.ts";

const idft = { task: "parity", algorithm: "idft" };

describe("settings that contradict each other", () => {
  test("are refused with field, bound and value, and neither is taken", () => {
    const { config, issues } = readConfig({ ...idft, gammaMin: 2, gammaMax: 1 });
    expect(issues.map(({ key, message }) => [key, message])).toEqual([
      ["gammaMin", "γ min (gammaMin) must be at most γ max (gammaMax), 1, got 2."],
    ]);
    expect(config.params).toMatchObject({ gammaMin: 0.1, gammaMax: 2 });
  });

  test("are said of the one that was given, where the other is the preset's or the default", () => {
    expect(() => parseConfig({ ...idft, gammaMin: 3 })).toThrow(
      "γ min (gammaMin) must be at most γ max (gammaMax), 2, got 3.",
    );
    expect(() => parseConfig({ ...idft, gammaMax: 0.05 })).toThrow(
      "γ max (gammaMax) must be at least γ min (gammaMin), 0.1, got 0.05.",
    );
    expect(() => parseConfig({ ...idft, gammaMax: 0.5 }, { ...idft, gammaMin: 1 })).toThrow("must be at least γ min");
  });

  test("may stand together where they are not read, and may be equal", () => {
    expect(parseConfig({ ...idft, gammaMin: 3, phiClip: 5 }).params).toMatchObject({ gammaMin: 3, gammaMax: 2 });
    expect(parseConfig({ ...idft, gammaMin: 2, gammaMax: 2 }).params).toMatchObject({ gammaMin: 2, gammaMax: 2 });
  });

  test("are refused in a link, as a change of settings, and in a later phase with what it takes over", () => {
    const link = readLink("#v=1&task=parity&algorithm=idft&gammaMin=2&gammaMax=1");
    expect(JSON.stringify(link.issues)).toContain("γ min (gammaMin) must be at most γ max (gammaMax), 1, got 2.");
    expect(() => withSettings(parseConfig(idft), { gammaMax: 0.05 })).toThrow("must be at least γ min");
    const { config, issues } = readConfig({
      ...idft,
      steps: 5,
      gammaMin: 1,
      "phase2.gammaMax": 0.5,
      "phase2.steps": 5,
    });
    expect(issues.map(({ key, message }) => [key, message])).toEqual([
      ["phase2.gammaMax", "Phase 2: γ max (gammaMax) must be at least γ min (gammaMin), 1, got 0.5."],
    ]);
    expect(config.phases).toEqual([{ steps: 5 }]);
  });

  test("a dual clip that would cut tokens which have not moved is refused; off and above 1 are not", () => {
    const grpo = { task: "parity", algorithm: "grpo" };
    for (const dualClip of [0.5, 1, "1", 1e-9])
      expect(() => parseConfig({ ...grpo, dualClip })).toThrow(
        /Dual clip \(dualClip\) must be 0 \(off\) or a number above 1 and at most 20, got/,
      );
    for (const dualClip of [0, 1.01, 3, 20])
      expect(parseConfig({ ...grpo, dualClip }).params).toMatchObject({ dualClip });
  });
});
