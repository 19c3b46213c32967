import { expect, test } from "vitest";
import type { FlatConfig } from "../../experiment/config.ts";
import { parseConfig } from "../../experiment/config.ts";
import { presetById } from "../../lessons/presets.ts";
import { OBJECTIVES } from "../../objectives/index.ts";
import { randomWeights } from "../../policy/init.ts";
import { openPolicy } from "../../policy/open.ts";
import { freshState } from "../../policy/policy.ts";
import { SIZES } from "../../policy/shape.ts";
import type { ExportSource } from "../exportSource.ts";
import { counterpartOf } from "./counterpart.ts";
import { trlFolder } from "./folder.ts";

function source(settings: FlatConfig): ExportSource {
  const config = parseConfig({ start: "random", size: "nano", ...settings });
  const state = freshState(SIZES.nano, randomWeights(SIZES.nano, 1));
  return {
    config,
    start: state,
    open: async () => (await openPolicy(state, { policy: "reference", backend: "auto" })).policy,
  };
}

const textOf = (files: readonly { readonly name: string; readonly content: unknown }[], name: string) =>
  String(files.find((file) => file.name === name)?.content);

test("GRPO becomes GRPOTrainer with every knob under TRL's name", async () => {
  const { files, notes } = await trlFolder(
    source({ task: "sort", algorithm: "grpo", steps: 3, prompts: 4, groupSize: 2 }),
  );
  expect(notes).toEqual([]);
  const script = textOf(files, "train.py");
  for (const line of ["num_generations=2,", "per_device_train_batch_size=8,", "max_steps=3,", "epsilon_high=0.2,"])
    expect(script).toContain(`    ${line}\n`);
  const rows = textOf(files, "prompts.jsonl")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(rows).toHaveLength(12);
  expect(rows[0]).toEqual({ prompt: expect.stringMatching(/^s\d{6}=$/), kind: "sort" });
  expect(files.map(({ name }) => name)).toContain("model/tokenizer.json");
});

test("demonstrations are those that the run trains on", async () => {
  const { files } = await trlFolder(source({ task: "sort", algorithm: "sft", demoCount: 5, demoStyle: "native" }));
  const rows = textOf(files, "demonstrations.jsonl")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(rows).toHaveLength(5);
  for (const { prompt, completion } of rows) expect([...prompt.slice(1, -1)].sort().join("")).toBe(completion);
  expect(textOf(files, "train.py")).toContain('loss_type="nll"');
});

test("the second phase starts from what the first one wrote", async () => {
  const phases = { "phase2.algorithm": "grpo", "phase2.steps": 7 };
  const { files } = await trlFolder(source({ task: "sort", algorithm: "sft", demoCount: 4, steps: 2, ...phases }));
  expect(textOf(files, "train_2.py")).toContain('"--model", default="out"');
  expect(textOf(files, "train_2.py")).toContain("max_steps=7,");
  expect(textOf(files, "README.md")).toContain("python train.py\npython train_2.py");
});

test("what TRL lacks has no script and says so", async () => {
  const { files, notes } = await trlFolder(source({ task: "sort", algorithm: "chord-mu", demoCount: 4 }));
  expect(files.some(({ name }) => name.endsWith("train.py"))).toBe(false);
  expect(notes).toEqual([expect.stringContaining("Trinity-RFT")]);
  expect(textOf(files, "README.md")).toContain("There is no script in this folder");
});

test("every algorithm has a trainer or a reason", () => {
  const trainers = Object.fromEntries(
    OBJECTIVES.map(({ id }) => {
      const found = counterpartOf(parseConfig({ algorithm: id }));
      return [id, "recipe" in found ? found.recipe.trainer : "none"];
    }),
  );
  expect(trainers).toMatchObject({
    ...{ sft: "SFTTrainer", dft: "SFTTrainer", idft: "none", hinted: "SFTTrainer", "chord-mu": "none" },
    ...{ grpo: "GRPOTrainer", "dpo-offline": "DPOTrainer", "dpo-online": "OnlineDPOTrainer" },
    ...{ "dpo-semi-online": "none", kto: "KTOTrainer", orpo: "ORPOTrainer", simpo: "CPOTrainer" },
  });
});

test("each setting is either an argument or listed as without one", async () => {
  const { files } = await trlFolder(source({ ...presetById("grpo-parity")!.settings, start: "random", size: "nano" }));
  const readme = textOf(files, "README.md");
  for (const knob of ["advantageEps", "klIn", "groupSize", "dualClip", "lr", "bits"]) expect(readme).toContain(knob);
});
