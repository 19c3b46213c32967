import { describe, expect, it } from "vitest";
import { readModelFolder } from "./huggingFaceFolder.ts";
import { fileOf, folderOf, modelConfig, modelTensors, type TestTensor } from "./testFiles.ts";

const ARCHITECTURE = { architectures: ["LlamaForSequenceClassification"] };
const WIDTH = 32;

function scoreOf(labels = 1, values?: readonly number[]): TestTensor {
  const all = Float32Array.from({ length: labels * WIDTH }, (_, i) => values?.[i] ?? i / 10);
  return { name: "score.weight", shape: [labels, WIDTH], bytes: new Uint8Array(all.buffer) };
}

const folder = (config: object, tensors: readonly TestTensor[]) =>
  folderOf({ "config.json": { ...modelConfig(), ...config }, "model.safetensors": fileOf(tensors) });

const refusal = (config: object, tensors: readonly TestTensor[]): Promise<string> =>
  readModelFolder(folder(config, tensors)).then(
    () => "read",
    (error: Error) => error.message,
  );

describe("a folder with a scalar head", () => {
  it("is a model that scores, by its architecture or by the tensor where none is named", async () => {
    const tensors = [...modelTensors(), scoreOf()];
    const config = { ...ARCHITECTURE, pad_token_id: 0, id2label: { 0: "LABEL_0" } };
    const { score, shape, weights } = await readModelFolder(folder(config, tensors));
    expect(score?.padding).toBe(0);
    expect([...score!.weights.slice(0, 2)]).toEqual([0, Math.fround(0.1)]);
    expect(shape.tied).toBe(true);
    // The decoder is the same model's without a head.
    expect(weights).toEqual((await readModelFolder(folder({}, modelTensors()))).weights);
    const bare = await readModelFolder(folder({ architectures: null, pad_token_id: null }, tensors));
    expect(bare.score).toBeDefined();
    expect(bare.score?.padding).toBeUndefined();
    expect((await readModelFolder(folder({}, modelTensors()))).score).toBeUndefined();
  });

  it("is read with the names that other programs put before the tensors", async () => {
    const tensors = [...modelTensors(), scoreOf()].map((one) => ({ ...one, name: one.name.replace(/^model\./, "") }));
    expect((await readModelFolder(folder(ARCHITECTURE, tensors))).score).toBeDefined();
  });

  it("is refused by the key or the tensor that is not computed", async () => {
    const whole = [...modelTensors(), scoreOf()];
    expect(await refusal({ ...ARCHITECTURE, num_labels: 3 }, whole)).toContain("num_labels must be 1, got 3");
    expect(await refusal({ ...ARCHITECTURE, id2label: { 0: "no", 1: "yes" } }, whole)).toContain(
      "id2label must name 1",
    );
    expect(await refusal(ARCHITECTURE, [...modelTensors(), scoreOf(2)])).toContain(
      "score.weight must have shape [1,32]",
    );
    expect(await refusal(ARCHITECTURE, modelTensors())).toContain("score.weight must be there with shape [1,32]");
    expect(await refusal({ ...ARCHITECTURE, pad_token_id: "no" }, whole)).toContain("pad_token_id must be");
    const wrong = [...modelTensors(), scoreOf(1, [Number.NaN])];
    expect(await refusal(ARCHITECTURE, wrong)).toContain("score.weight must hold finite numbers, got NaN");
    const embedding = modelTensors().find(({ name }) => name.includes("embed"))!;
    expect(await refusal(ARCHITECTURE, [...whole, { ...embedding, name: "lm_head.weight" }])).toContain("one head");
    const bias = { name: "score.bias", shape: [1], bytes: new Uint8Array(4) };
    expect(await refusal(ARCHITECTURE, [...whole, bias])).toContain("score.bias");
    // A model that says of itself that it writes has no such tensor.
    expect(await refusal({ architectures: ["LlamaForCausalLM"] }, whole)).toContain("score.weight");
  });
});
