import { expect, test } from "vitest";
import { type FlatConfig, parseConfig } from "../../experiment/config.ts";
import { trinityConfiguration } from "./configuration.ts";
import { yamlText } from "./yaml.ts";

const yamlOf = (settings: FlatConfig) => yamlText(trinityConfiguration(parseConfig(settings), 256).yaml);

test("CHORD becomes mix_chord with its schedule, φ, expert share and group", () => {
  const text = yamlOf({
    algorithm: "chord-phi",
    prompts: 16,
    groupSize: 8,
    demoBatch: 32,
    muWarmupSteps: 5,
    muDecaySteps: 9,
  });
  for (const line of [
    '  algorithm_type: "mix_chord"',
    "  repeat_times: 8",
    "    expert_data_ratio: 0.2",
    "    mu_warmup_steps: 5",
    "    mu_decay_steps: 9",
    "    enable_phi_function: true",
    "    train_batch_size_expert: 32",
    "    train_batch_size_usual: 128",
    "  train_batch_size: 160",
  ])
    expect(text).toContain(`${line}\n`);
});

test("the expert's share of any batch rounds to the expert's rows, as Trinity rounds it", () => {
  for (let demoBatch = 1; demoBatch <= 256; demoBatch += 5) {
    const { yaml } = trinityConfiguration(
      parseConfig({ algorithm: "chord-mu", demoBatch, prompts: 7, groupSize: 3 }),
      256,
    );
    const share = (yaml.algorithm as { sample_strategy_args: { expert_data_ratio: number } }).sample_strategy_args
      .expert_data_ratio;
    expect(Math.ceil(share * (demoBatch + 21))).toBe(demoBatch);
  }
});

test("what mix_chord does not have is refused by its knob", () => {
  expect(() => yamlOf({ algorithm: "grpo" })).toThrow("algorithm must be chord-mu or chord-phi");
  expect(() => yamlOf({ algorithm: "chord-mu", muSchedule: "adaptive" })).toThrow("muSchedule must be cosine or fixed");
  expect(() => yamlOf({ algorithm: "chord-mu", tokenWeight: "eaft" })).toThrow("tokenWeight must be none or phi");
});

test("numbers in exponential form keep a point, which YAML needs", () => {
  expect(yamlText({ a: 1e-7, b: [1.5e-8], c: { d: true }, e: "x: y", f: undefined })).toBe(
    'a: 1.0e-7\nb:\n  - 1.5e-8\nc:\n  d: true\ne: "x: y"\n',
  );
});
