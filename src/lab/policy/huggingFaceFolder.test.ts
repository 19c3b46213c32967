import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readModelFolder } from "./huggingFaceFolder.ts";
import { forward64 } from "./reference/forward.ts";
import { layoutOf } from "./shape.ts";
import { fileOf, folderOf, modelBytes, modelConfig, modelTensors, type TestTensor } from "./testFiles.ts";

type Case = "plain" | "theta 500000" | "untied" | "truncated" | "interleaved";
const truth: { readonly ids: number[]; readonly logits: Readonly<Record<Case, number[][]>> } = JSON.parse(
  readFileSync(new URL("./vectors/variants.json", import.meta.url), "utf8"),
);
const EMBEDDING = "model.embed_tokens.weight";
const HEAD = "lm_head.weight";

/** The notes of a folder that loads, once its logits are those of transformers. */
async function notesOf(files: Readonly<Record<string, unknown>>, expected: Case = "plain"): Promise<readonly string[]> {
  const { shape, weights, notes } = await readModelFolder(folderOf(files));
  const length = truth.ids.length;
  const { logits } = forward64(shape, weights, {
    rows: 1,
    length,
    ids: Int32Array.from(truth.ids),
    starts: Int32Array.of(0),
    mask: new Float32Array(length - 1),
  });
  const worst = Math.max(...truth.logits[expected].flat().map((value, i) => Math.abs(value - logits[i]!)));
  expect(worst).toBeLessThan(1e-5);
  return notes;
}

const refusal = (files: Readonly<Record<string, unknown>>): Promise<string> =>
  readModelFolder(folderOf(files)).then(
    () => "read",
    (error: Error) => (error.name === "PolicyError" ? error.message : `${error.name}: ${error.message}`),
  );

function renamed(rename: (name: string) => string): Uint8Array {
  return fileOf(modelTensors().map((tensor) => ({ ...tensor, name: rename(tensor.name) })));
}

function withHead(change: (rows: Uint8Array) => Uint8Array): Uint8Array {
  const tensors = modelTensors();
  const embedding = tensors.find(({ name }) => name === EMBEDDING)!;
  return fileOf([...tensors, { ...embedding, name: HEAD, bytes: change(embedding.bytes) }]);
}

/** The rows of the embedding, 32 of 128 bytes, in reverse. */
function reversed(rows: Uint8Array): Uint8Array {
  const out = new Uint8Array(rows.length);
  for (let row = 0; row < 32; row++) out.set(rows.subarray(row * 128, (row + 1) * 128), (31 - row) * 128);
  return out;
}

function bfloat16(tensor: TestTensor): TestTensor {
  const bytes = tensor.bytes.filter((_, i) => i % 4 >= 2);
  return { ...tensor, dtype: "BF16", bytes };
}

describe("a Hugging Face folder, against the logits of transformers,", () => {
  it("is read with its config.json and model.safetensors", async () => {
    expect(await notesOf({ "config.json": modelConfig(), "model.safetensors": modelBytes() })).toEqual([]);
  });

  it("is read in bfloat16", async () => {
    const file = fileOf(modelTensors().map(bfloat16));
    await notesOf({ "config.json": modelConfig(), "model.safetensors": file }, "truncated");
  });

  it("is read with a byte-order mark and the line ends of Windows in config.json", async () => {
    const text = `\uFEFF${JSON.stringify(modelConfig(), null, 2).replaceAll("\n", "\r\n")}`;
    await notesOf({ "config.json": text, "model.safetensors": modelBytes() });
  });

  it("stays tied with an equal head, and becomes untied with another, which is said", async () => {
    const config = { "config.json": modelConfig() };
    expect(await notesOf({ ...config, "model.safetensors": withHead((rows) => rows) })).toEqual([]);
    const [note] = await notesOf({ ...config, "model.safetensors": withHead(reversed) }, "untied");
    expect(note).toMatch(/lm_head\.weight differs from model\.embed_tokens\.weight: both are kept, untied/);
  });

  it("is read with the head alone, where head and embedding are one", async () => {
    const file = renamed((name) => (name === EMBEDDING ? HEAD : name));
    await notesOf({ "config.json": modelConfig(), "model.safetensors": file });
  });

  it("is refused without a head where it is not tied, and with a head of another shape where it is", async () => {
    const untied = modelConfig({ tie_word_embeddings: false });
    expect(await refusal({ "config.json": untied, "model.safetensors": modelBytes() })).toBe(
      "weights: lm_head.weight must be there with shape [32,32], as tie_word_embeddings is false, got no such tensor",
    );
    const short = fileOf([...modelTensors(), { name: HEAD, shape: [31, 32], bytes: new Uint8Array(31 * 128) }]);
    expect(await refusal({ "config.json": modelConfig(), "model.safetensors": short })).toBe(
      "weights: lm_head.weight must have shape [32,32], got [31,32]",
    );
  });

  it.each<[string, Record<string, unknown>]>([
    ["rope_theta", { rope_parameters: undefined, rope_theta: 500_000 }],
    ["rope_scaling", { rope_parameters: undefined, rope_scaling: { rope_type: "default", rope_theta: 500_000 } }],
    [
      "rope_scaling of the older spelling",
      { rope_parameters: null, rope_scaling: { type: "default", rope_theta: 5e5 } },
    ],
    ["rope_parameters", { rope_parameters: { rope_type: "default", rope_theta: 500_000 } }],
    ["a layer type", { rope_parameters: { full_attention: { rope_type: "default", rope_theta: 500_000 } } }],
    ["rope_theta beside a null", { rope_parameters: { rope_theta: null }, rope_theta: 500_000 }],
  ])("takes theta from %s", async (_, change) => {
    const files = { "config.json": modelConfig(change), "model.safetensors": modelBytes() };
    expect(await notesOf(files, "theta 500000")).toEqual([]);
  });

  it("takes the first of two thetas in the order of transformers 5, and says so", async () => {
    const change = { rope_theta: 10_000, rope_parameters: { rope_type: "default", rope_theta: 500_000 } };
    const files = { "config.json": modelConfig(change), "model.safetensors": modelBytes() };
    expect(await notesOf(files, "theta 500000")).toEqual([
      "config.json gives rope_theta as 500000 in rope_parameters and 10000 in rope_theta: the first is used.",
    ]);
  });

  it("is computed exactly with neighbouring pairs in its rotary positions, and gives its gradient in the file's order", async () => {
    const files = { "config.json": modelConfig({ rope_interleaved: true }), "model.safetensors": modelBytes() };
    expect(await notesOf(files, "interleaved")).toEqual([expect.stringMatching(/^rope_interleaved is true/)]);
    const model = await readModelFolder(folderOf(files));
    const plain = await readModelFolder(folderOf({ ...files, "config.json": modelConfig() }));
    expect(model.weights).not.toEqual(plain.weights);
    expect(model.asInFile(model.weights)).toEqual(plain.weights);
    const moved = layoutOf(model.shape).filter(({ offset, size }) =>
      model.weights.subarray(offset, offset + size).some((value, i) => value !== plain.weights[offset + i]),
    );
    expect(moved.map(({ name }) => name)).toEqual([
      "model.layers.0.self_attn.q_proj.weight",
      "model.layers.0.self_attn.k_proj.weight",
    ]);
  });

  it("is read as a Mistral whose window never closes", async () => {
    const change = { model_type: "mistral", architectures: ["MistralForCausalLM"], sliding_window: 64 };
    await notesOf({ "config.json": modelConfig(change), "model.safetensors": modelBytes() });
  });

  it("is read with tables of rotary angles of any type", async () => {
    for (const dtype of ["F64", "I64", "F8_E4M3", "SOMETHING_NEW"]) {
      const bytes = new Uint8Array(dtype === "F8_E4M3" ? 2 : 16);
      const table = { name: "model.layers.0.self_attn.rotary_emb.inv_freq", dtype, shape: [2], bytes };
      await notesOf({ "config.json": modelConfig(), "model.safetensors": fileOf([table, ...modelTensors()]) });
    }
  });
});

describe("names of other programs", () => {
  const config = { "config.json": modelConfig() };

  it.each<[string, (name: string) => string, RegExp]>([
    ["torch.compile", (name) => `_orig_mod.${name}`, /“_orig_mod\.” is taken off/],
    [
      "one wrapper around another",
      (name) => name.replace(".layers.0.", ".layers.0._fsdp_wrapped_module._checkpoint_wrapped_module."),
      /_checkpoint_wrapped_module\.” is taken off/,
    ],
    ["torch.compile of blocks", (name) => name.replace(".mlp.", "._orig_mod.mlp."), /“_orig_mod\.” is taken off/],
    ["peft", (name) => `base_model.model.${name}`, /“base_model\.model\.” is taken off/],
    ["a parallel trainer", (name) => `module._orig_mod.${name}`, /“_orig_mod\.” is taken off.*“module\.” is taken off/],
    ["a bare model", (name) => name.replace(/^model\./, ""), /“model\.” is put before/],
  ])("of %s are read, and the prefix is said", async (_, rename, note) => {
    const notes = await notesOf({ ...config, "model.safetensors": renamed(rename) });
    expect(notes.join(" ")).toMatch(note);
  });

  it("are refused where they name two models, or one tensor twice", async () => {
    const tensors = modelTensors();
    const copy = tensors.map((tensor) => ({ ...tensor, name: `ema.${tensor.name}` }));
    expect(await refusal({ ...config, "model.safetensors": fileOf([...tensors, ...copy]) })).toBe(
      "weights: there must be one model, got both model.embed_tokens.weight and ema.model.embed_tokens.weight",
    );
    const wrapped = { ...tensors[0]!, name: `_orig_mod.${tensors[0]!.name}` };
    expect(await refusal({ ...config, "model.safetensors": fileOf([...tensors, wrapped]) })).toMatch(
      /there must be one \S+, got both (\S+) and _orig_mod\.\1$/,
    );
    const stray = renamed((name) => (name === "model.norm.weight" ? name : `base_model.model.${name}`));
    expect(await refusal({ ...config, "model.safetensors": stray })).toMatch(
      /must begin with “base_model\.model\.”, as .* does, got model\.norm\.weight/,
    );
  });

  it("of an adapter are refused as such, by tensor and by folder", async () => {
    const lora = {
      name: "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight",
      shape: [1],
      bytes: new Uint8Array(4),
    };
    const said = /a whole model must be given, got .* of an adapter \(LoRA\): merge it/;
    expect(await refusal({ ...config, "model.safetensors": fileOf([lora]) })).toMatch(said);
    const adapter = { "adapter_config.json": {}, "adapter_model.safetensors": fileOf([lora]) };
    expect(await refusal(adapter)).toMatch(said);
    expect(await refusal({ ...config, ...adapter })).toMatch(said);
  });
});

describe("shards", () => {
  const tensors = modelTensors();
  const [first, second] = [fileOf(tensors.slice(0, 4)), fileOf(tensors.slice(4))];
  const map = Object.fromEntries(tensors.map(({ name }, i) => [name, i < 4 ? "a.safetensors" : "b.safetensors"]));
  const files = { "config.json": modelConfig(), "a.safetensors": first, "b.safetensors": second };
  const INDEX = "model.safetensors.index.json";
  const index = (weight_map: unknown) => ({ metadata: { total_size: 46_000 }, weight_map });

  it("are read by their index", async () => {
    expect(await notesOf({ ...files, [INDEX]: index(map) })).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      "without a shard",
      { [INDEX]: index(map), "b.safetensors": undefined },
      /b\.safetensors must be there, as .* has model\./,
    ],
    [
      "that leave their folder",
      { [INDEX]: index({ ...map, x: "../b.safetensors" }) },
      /files of its own folder, got "\.\.\/b/,
    ],
    ["without a map", { [INDEX]: { weights: map } }, /must have a weight_map of names to files, got undefined/],
    [
      "that hold another tensor than the index says",
      { [INDEX]: index({ ...map, [tensors[0]!.name]: "b.safetensors" }) },
      /must lie where .* has it, got b\.safetensors there and a\.safetensors here/,
    ],
    [
      "that lack one",
      { [INDEX]: index({ ...map, "model.extra": "a.safetensors" }) },
      /a\.safetensors must hold model\.extra/,
    ],
    ["with a damaged one", { [INDEX]: index(map), "b.safetensors": second.subarray(0, 900) }, /^b\.safetensors: /],
    [
      "without an index",
      {},
      /must have model\.safetensors, or model\.safetensors\.index\.json with its shards, got a\.safet/,
    ],
  ])("%s are refused", async (_, change, message) => {
    const all = Object.fromEntries(
      Object.entries({ ...files, ...change }).filter(([, content]) => content !== undefined),
    );
    expect(await refusal(all)).toMatch(message);
  });
});

describe("what is no checkpoint is refused by its name", () => {
  const config = { "config.json": modelConfig() };

  it.each<[string, unknown, RegExp]>([
    [
      "a Git LFS pointer",
      "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
      /got a Git LFS pointer.*git lfs pull/,
    ],
    ["an HTML page", "<!DOCTYPE html><html><body>404</body></html>", /got an HTML page/],
    ["an image", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13), /got a PNG image/],
    [
      "a run's result",
      { config: { algorithm: "sft" } },
      /got a run's result \(run\.json\).*\.safetensors file beside it/,
    ],
    ["an empty file", new Uint8Array(), /got an empty file/],
  ])("%s in the place of the weights", async (_, content, message) => {
    expect(await refusal({ ...config, "model.safetensors": content })).toMatch(message);
  });

  it("a page in the place of config.json, an empty one, and no config at all", async () => {
    expect(await refusal({ "config.json": "<html>" })).toMatch(/^config\.json must hold JSON, got an HTML page/);
    expect(await refusal({ "config.json": "" })).toBe("config.json must hold JSON, got an empty file.");
    expect(await refusal({ "config.json": '{"a": 1, "a": 2}' })).toMatch(/got the key "a" twice in one object/);
    expect(await refusal({})).toMatch(/must be a folder with config\.json and model\.safetensors, got no config\.json/);
  });

  it("weights of PyTorch, with the command that converts them", async () => {
    expect(await refusal({ ...config, "pytorch_model.bin": new Uint8Array(9) })).toMatch(
      /must have model\.safetensors, got pytorch_model\.bin: convert it with python -c ".*save_pretrained/,
    );
  });
});
