import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../experiment/config.ts";
import { safetensorsFromWeights } from "../policy/huggingFace.ts";
import { randomWeights } from "../policy/init.ts";
import { readWeightsFile, writeWeightsFile } from "../policy/native.ts";
import { freshState } from "../policy/policy.ts";
import { readSafetensorsHeader } from "../policy/safetensorsHeader.ts";
import { SIZES } from "../policy/shape.ts";
import { checkpointBytes, readCheckpoint } from "./checkpoint.ts";
import { parameterHash } from "./parameterHash.ts";
import { SHIPPED_CHECKSUMS } from "./shippedCheckpoints.ts";
import { startingState, stateFromFile, weightsOnly } from "./startingState.ts";
import { everyVocabulary } from "./testVocabularies.ts";

const shape = SIZES.nano;
const weights = randomWeights(shape, 5);
const progress = { config: parseConfig({ task: "sort", algorithm: "sft" }), step: 7, tokens: 0, batches: undefined };
const trained = { ...freshState(shape, weights), firstMoment: weights.map(() => 1), updates: 7 };
const checkpoint = checkpointBytes({ policy: trained, progress });

describe("weights to start from", () => {
  it("come out of a checkpoint without its optimizer's memory", () => {
    const state = stateFromFile(checkpoint);
    expect(state.weights).toEqual(weights);
    expect(state.updates).toBe(0);
    expect(state.firstMoment.every((value) => value === 0)).toBe(true);
  });

  it("come out of a file of weights alone", () => {
    const half = writeWeightsFile({ shape, weights, made: {} });
    expect(stateFromFile(half).weights).toEqual(readWeightsFile(half).weights);
  });

  it("leave as float32 under Hugging Face's names and come back bit by bit", () => {
    const { bytes, parameters, hash } = weightsOnly(checkpoint);
    expect(hash).toBe(parameterHash(weights));
    expect(parameters).toBe(weights.length);
    expect(new TextDecoder().decode(bytes.slice(0, 4000))).toContain("model.layers.0.self_attn.q_proj.weight");
    expect(stateFromFile(new Uint8Array(bytes)).weights).toEqual(weights);
    expect(new Uint8Array(weightsOnly(new Uint8Array(bytes)).bytes)).toEqual(new Uint8Array(bytes));
  });

  it("are refused in a sentence when the file is something else, or speaks another language", () => {
    expect(() => weightsOnly(new Uint8Array([1, 2, 3]))).toThrow(/safetensors/i);
    expect(() => weightsOnly(new Uint8Array())).toThrow("got an empty file");
    expect(() => weightsOnly(new TextEncoder().encode('{"config": {"algorithm": "sft"}}'))).toThrow(
      "got a run's result",
    );
    expect(() => weightsOnly(safetensorsFromWeights(shape, weights))).toThrow(
      /got none: a model\.safetensors of Hugging/,
    );
    const foreign = { ...shape, vocabSize: shape.vocabSize + 1 };
    const file = writeWeightsFile({ shape: foreign, weights: randomWeights(foreign, 1), made: {} });
    expect(() => stateFromFile(file)).toThrow(/vocabulary of \d+ tokens, got \d+/);
  });

  it("name the vocabulary that reads for them, wherever they go, and are refused with another of its size", async () => {
    await everyVocabulary();
    const large = { ...shape, vocabSize: 512 };
    const config = parseConfig({ task: "stories", algorithm: "sft" });
    const policy = freshState(large, randomWeights(large, 1));
    const kept = checkpointBytes({ policy, progress: { ...progress, config } });
    const sum = readSafetensorsHeader(kept).metadata.tokenizer;
    expect(sum).toBe(SHIPPED_CHECKSUMS["stories.tokenizer.json"]);
    const alone = new Uint8Array(weightsOnly(kept).bytes);
    expect(readSafetensorsHeader(alone).metadata.tokenizer).toBe(sum);
    expect(stateFromFile(alone, config).weights).toEqual(policy.weights);
    const foreign = writeWeightsFile({ shape: large, weights: policy.weights, made: { tokenizer: "0badf00d" } });
    const refusal = `must be made with the vocabulary of checksum ${sum}, got "0badf00d"`;
    expect(() => stateFromFile(foreign, config)).toThrow(refusal);
    const unnamed = writeWeightsFile({ shape: large, weights: policy.weights, made: {} });
    expect(() => stateFromFile(unnamed, config)).toThrow("got a file that names none");
    const other = new TextDecoder("latin1").decode(kept).replace(`"${sum}"`, '"0badf00d"');
    const changed = Uint8Array.from(other, (_, i) => (i < 4000 ? other.charCodeAt(i) & 255 : kept[i]!));
    expect(() => readCheckpoint(changed)).toThrow(refusal);
  });
});

describe("the state that an experiment starts from", () => {
  const file = writeWeightsFile({ shape, weights, made: {} });

  it("is the task's usual checkpoint, or the one that the setting names", async () => {
    const asked: string[][] = [];
    const shipped = (name: string) => new Uint8Array(readFileSync(`public/checkpoints/${name}`));
    const fetch = async (...names: [string, string]) => {
      asked.push(names);
      return shipped(names[0]);
    };
    for (const [checkpoint, name] of [
      ["tiny", "parity.safetensors"],
      ["nano-guessing", "parity-nano-guessing.safetensors"],
    ] as const) {
      const state = await startingState(parseConfig({ task: "parity", checkpoint }), fetch);
      expect(state.weights).toEqual(readWeightsFile(shipped(name)).weights);
    }
    expect(asked).toEqual([
      ["parity.safetensors", "lab checkpoint parity"],
      ["parity-nano-guessing.safetensors", "lab checkpoint parity --name nano-guessing"],
    ]);
  });

  it("must have a context that holds the task's rows", () => {
    const config = parseConfig({ task: "parity", algorithm: "sft", bits: 24 });
    expect(stateFromFile(file, config).shape).toEqual(shape);
    const short = { ...shape, context: 16 };
    const narrow = writeWeightsFile({ shape: short, weights, made: {} });
    expect(() => stateFromFile(narrow, config)).toThrow(/Parity must have a context of at least \d+ tokens, got 16/);
    expect(stateFromFile(narrow).shape.context).toBe(16);
  });
});
