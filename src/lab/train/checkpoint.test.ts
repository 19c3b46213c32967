import { describe, expect, it } from "vitest";
import { parseConfig } from "../experiment/config.ts";
import { randomWeights } from "../policy/init.ts";
import { freshState } from "../policy/policy.ts";
import { writeSafetensors } from "../policy/safetensors.ts";
import { SIZES } from "../policy/shape.ts";
import { ownMilliseconds, readSafetensors } from "../policy/testFiles.ts";
import { checkpointBytes, readCheckpoint, readCheckpointPolicy } from "./checkpoint.ts";

const shape = SIZES.nano;
const config = parseConfig({ task: "sort", algorithm: "sft" });
const state = { ...freshState(shape, randomWeights(shape, 2)), updates: 3 };
const part = {
  name: "demos",
  problems: [{ prompt: "1,2:", kind: "sort" }],
  completions: ["1,2"],
  sequences: {
    rows: 1,
    length: 4,
    ids: Int32Array.of(1, 4, 5, 2),
    starts: Int32Array.of(0),
    mask: Float32Array.of(0, 1, 1),
  },
  tokens: { rows: 1, length: 3, mask: Float32Array.of(0, 1, 1), rewards: Float32Array.of(0.5) },
};
const batch = {
  feed: "demos",
  batches: [part],
  prompts: 1,
  metrics: { loss: 1 },
  samples: [],
  sampledTokens: 0,
} as const;
const progress = {
  config: { ...config, interventions: [{ step: 2, key: "lr", value: 0.001 }] },
  step: 3,
  tokens: 12,
  batches: [batch],
};
const bytes = checkpointBytes({ policy: state, progress });

/** The checkpoint with some of its metadata changed, or one of its tensors replaced. */
function changed(metadata: Record<string, string>, tensors: Record<string, Float32Array | undefined> = {}): Uint8Array {
  const read = readSafetensors(bytes);
  const all = new Map([...read.tensors].map(([name, tensor]) => [name, tensor]));
  for (const [name, values] of Object.entries(tensors)) {
    if (values) all.set(name, { name, shape: [values.length], values });
    else all.delete(name);
  }
  return writeSafetensors([...all.values()], { ...read.metadata, ...metadata });
}

const withShape = (change: Record<string, unknown>) => ({ policy_shape: JSON.stringify({ ...shape, ...change }) });

describe("a checkpoint", () => {
  it("comes back as it was, the batch in use and the changes by hand included", () => {
    const read = readCheckpoint(bytes);
    expect(read.policy).toEqual(state);
    expect(read.progress).toEqual(progress);
    expect(readCheckpointPolicy(bytes)).toEqual(state);
  });

  it("gives its policy even where its config is of another time", () => {
    const old = changed({ config: JSON.stringify({ task: "sort", algorithm: "gone" }) });
    expect(() => readCheckpoint(old)).toThrow(/gone/);
    expect(readCheckpointPolicy(old).weights).toEqual(state.weights);
  });

  it.each<[string, Record<string, string>, Record<string, Float32Array | undefined>, RegExp]>([
    [
      "another kind",
      { kind: "other" },
      {},
      /A checkpoint must be a policy-lab-checkpoint file of version 1, got "other" version "1"/,
    ],
    ["100,000,000 layers", withShape({ layers: 1e8 }), {}, /layers must be at most 512, got 100000000/],
    [
      "sizes that the weights do not fill",
      withShape({ hidden: 4096 }),
      {},
      /weights must hold \d+ numbers, got \[\d+\]/,
    ],
    ["a context of 10^9", withShape({ context: 1e9 }), {}, /context must be at most 1024/],
    ["no theta", withShape({ ropeTheta: undefined }), {}, /it must hold context, .*ropeTheta.* and nothing else/],
    ["a theta of 0", withShape({ ropeTheta: 0 }), {}, /ropeTheta must be a number above 0, got 0/],
    ["a size that is no size", withShape({ extra: 1 }), {}, /and nothing else/],
    [
      "NaN among the weights",
      {},
      { weights: state.weights.map((w, i) => (i === 7 ? Number.NaN : w)) },
      /weights must hold finite numbers, got NaN at 7/,
    ],
    ["no moments", {}, { first_moment: undefined }, /first_moment must hold \d+ numbers, got none/],
    [
      "a tensor of its own",
      {},
      { surprise: Float32Array.of(1) },
      /tensors must be those that a run goes on from, got surprise/,
    ],
    ["a step of 1.5", { step: "1.5" }, {}, /step must be a whole number of at least 0, got "1\.5"/],
    ["no number of updates", { updates: "" }, {}, /updates must be a whole number of at least 0, got ""/],
    ["a config that is no JSON", { config: "{" }, {}, /config must be JSON, got "\{"/],
    [
      "changes by hand that are none",
      { config: JSON.stringify({ task: "sort", algorithm: "sft", interventions: [3] }) },
      {},
      /An intervention must name a step/,
    ],
    ["batches that are no list", { batches: "{}" }, {}, /batches must be a list, got \{\}/],
    [
      "a batch without its tokens",
      {},
      { "batch/demos/ids": undefined },
      /part demos must have tensors of ids and starts/,
    ],
    [
      "a batch of another size",
      {},
      { "batch/demos/starts": Float32Array.of(0, 0) },
      /batch\/demos\/starts must have the shape \[1\], got \[2\]/,
    ],
  ])("is refused in a sentence with %s", (_, metadata, tensors, message) => {
    const file = changed(metadata, tensors);
    expect(ownMilliseconds(() => expect(() => readCheckpoint(file)).toThrow(message))).toBeLessThan(50);
  });
});
