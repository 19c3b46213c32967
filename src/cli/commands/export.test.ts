import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readConfig } from "../../lab/experiment/config.ts";
import { readModel } from "../../lab/model/readModel.ts";
import { randomWeights } from "../../lab/policy/init.ts";
import { writeWeightsFile } from "../../lab/policy/native.ts";
import { freshState } from "../../lab/policy/policy.ts";
import { SIZES } from "../../lab/policy/shape.ts";
import { shapeFromConfig, weightsFromSafetensors } from "../../lab/policy/testFiles.ts";
import { hashOfFunction, ownFunctionsIn } from "../../lab/rewards/ownFunctions.ts";
import { dataSetOf } from "../../lab/tasks/dataSet.ts";
import { knowData, taskById } from "../../lab/tasks/index.ts";
import { tokenizerOf } from "../../lab/tasks/task.ts";
import { encode, VOCAB_SIZE } from "../../lab/tokenizer/characters.ts";
import { checkpointBytes } from "../../lab/train/checkpoint.ts";
import { SHIPPED_CHECKSUMS } from "../../lab/train/shippedCheckpoints.ts";
import { main } from "../main.ts";
import { modelFolder } from "../modelFolder.ts";
import { memoryIo } from "../testIo.ts";

const folder = mkdtempSync(join(tmpdir(), "policy-lab-"));
afterAll(() => rmSync(folder, { recursive: true }));

const shape = SIZES.nano;
const weights = randomWeights(shape, 3);
const native = join(folder, "native.safetensors");
writeFileSync(native, writeWeightsFile({ shape, weights, made: {} }));
const checkpoint = join(folder, "run.safetensors");
const progress = { config: readConfig({}).config, step: 0, tokens: 0, batches: undefined };
writeFileSync(checkpoint, checkpointBytes({ policy: freshState(shape, weights), progress }));
const run = join(folder, "run.json");
writeFileSync(run, JSON.stringify({ checkpoint: "run.safetensors" }));

async function lab(...argv: string[]) {
  const io = memoryIo();
  return { code: await main(argv, io), out: io.outLines.join("\n"), err: io.errLines.join("\n") };
}

function json(...path: string[]): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, ...path), "utf8")) as Record<string, unknown>;
}

test.each([
  ["a run's result", run, 0],
  ["a run's checkpoint", checkpoint, 0],
  ["a file of weights alone", native, 1e-3],
])("%s becomes a folder whose config and weights read back", async (_, from, rounding) => {
  const out = join(folder, "hf");
  const answer = await lab("export", from, "--format", "hf", "--out", out, "--json");
  expect(answer).toMatchObject({ code: 0, err: "" });
  for (const name of (JSON.parse(answer.out) as { files: string[] }).files) readFileSync(join(out, name));
  const readShape = shapeFromConfig(json("hf", "config.json"));
  expect(readShape).toEqual(shape);
  const read = weightsFromSafetensors(readShape, readFileSync(join(out, "model.safetensors")));
  expect(Math.max(...read.map((value, i) => Math.abs(value - weights[i]!)))).toBeLessThanOrEqual(rounding);
});

test("weights that read in a vocabulary of their own leave with its tokenizer, as a model that opens here again", async () => {
  const shape = { ...SIZES.nano, vocabSize: 512 };
  const file = join(folder, "stories.safetensors");
  const own = { task: "stories", tokenizer: SHIPPED_CHECKSUMS["stories.tokenizer.json"]! };
  writeFileSync(file, writeWeightsFile({ shape, weights: randomWeights(shape, 3), made: own }));
  expect(await lab("export", file, "--out", join(folder, "stories"))).toMatchObject({ code: 0, err: "" });
  const model = await readModel(await modelFolder(join(folder, "stories")));
  expect(model.shape).toEqual(shape);
  const reads = tokenizerOf(taskById("stories"));
  const [prompt, ending] = ["Mia had a red kite.", " Then it began to rain."];
  expect(model.reads.prompt(prompt)).toEqual(reads.prompt(prompt));
  expect(model.reads.completion(ending, prompt)).toEqual(reads.completion(ending, prompt));
  expect(model.reads.end).toBe(reads.end);
  const made = { task: "stories", tokenizer: "0badf00d" };
  writeFileSync(file, writeWeightsFile({ shape, weights: randomWeights(shape, 3), made }));
  expect(await lab("export", file, "--out", join(folder, "foreign"))).toMatchObject({
    code: 2,
    err: expect.stringContaining('got "0badf00d".'),
  });
});

test("the exported tokenizer names every token as the policy reads it", async () => {
  await lab("export", native, "--out", join(folder, "hf"));
  const { model, added_tokens } = json("hf", "tokenizer.json") as {
    model: { vocab: Record<string, number> };
    added_tokens: { id: number; content: string }[];
  };
  const text = "3,5,8:16=3+5+8 ?!#";
  expect([...text].map((character) => model.vocab[character])).toEqual(encode(text));
  expect(Object.values(model.vocab).sort((a, b) => a - b)).toEqual(Array.from({ length: VOCAB_SIZE }, (_, id) => id));
  expect(added_tokens.map(({ content }) => content)).toEqual(["<pad>", "<bos>", "<eos>"]);
});

test("other readers get a token of the vocabulary for a character outside the alphabet", async () => {
  await lab("export", native, "--out", join(folder, "hf"));
  const { model } = json("hf", "tokenizer.json") as { model: { vocab: Record<string, number>; unk_token: string } };
  expect(model.vocab[model.unk_token]).toBe(0);
  expect(json("hf", "tokenizer_config.json").unk_token).toBe(model.unk_token);
});

test.each([
  ["itself", "run2.json"],
  ["a file outside its folder", "../run.safetensors"],
  ["an absolute path", "/etc/passwd"],
  ["a number", 3],
])("a result that names %s as its checkpoint is refused", async (_, name) => {
  const path = join(folder, "run2.json");
  writeFileSync(path, JSON.stringify({ checkpoint: name }));
  const message = /must name a \.safetensors file of its own folder as its checkpoint, got/;
  expect(await lab("export", path, "--out", folder)).toMatchObject({ code: 2, err: expect.stringMatching(message) });
});

test.each([
  ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\n", /got a Git LFS pointer/],
  ["an empty file", "", /got an empty file/],
  ["a page", "<!doctype html>", /got an HTML page/],
])("%s in the place of a checkpoint is refused by its name, with exit code 2", async (_, content, message) => {
  const path = join(folder, "odd.safetensors");
  writeFileSync(path, content);
  expect(await lab("export", path, "--out", folder)).toMatchObject({ code: 2, err: expect.stringMatching(message) });
  expect(await lab("train", "--resume", path)).toMatchObject({ code: 2, err: expect.stringMatching(message) });
});

test("a run's result in the place of a checkpoint to go on from is named as one", async () => {
  const path = join(folder, "result.json");
  writeFileSync(path, JSON.stringify({ config: { task: "sort", algorithm: "sft" }, checkpoint: "run.safetensors" }));
  expect(await lab("train", "--resume", path)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/got a run's result \(run\.json\): the checkpoint is the \.safetensors file beside it/),
  });
});

test("what cannot be exported is one line on stderr, and exit code 2", async () => {
  const bare = join(folder, "bare.json");
  writeFileSync(bare, "{}");
  expect(await lab("export", bare, "--out", folder)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/must name the checkpoint/),
  });
  expect(await lab("export", native)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/--out must name the folder/),
  });
  expect(await lab("export", native, "--out", folder, "--format", "onnx")).toMatchObject({
    code: 2,
    err: expect.stringMatching(/got "onnx"/),
  });
  expect(await lab("export", join(folder, "none.safetensors"), "--out", folder)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/got/),
  });
});

test("an experiment becomes a folder for TRL or Trinity-RFT, trained or not", async () => {
  const settings = ["--set", "start=random", "--set", "size=nano", "--set", "demoCount=4", "--set", "steps=2"];
  const trl = join(folder, "trl");
  expect(await lab("export", "sft-parity", ...settings, "--format", "trl", "--out", trl)).toMatchObject({ code: 0 });
  expect(readFileSync(join(trl, "train.py"), "utf8")).toContain("SFTTrainer");
  expect(readFileSync(join(trl, "demonstrations.jsonl"), "utf8").trim().split("\n")).toHaveLength(4);
  const trinity = join(folder, "trinity");
  const answer = await lab("export", "chord-mu-countdown", ...settings, "--format", "trinity", "--out", trinity);
  expect(answer).toMatchObject({ code: 0, err: "" });
  expect(readFileSync(join(trinity, "mix_chord.yaml"), "utf8")).toContain("mu_peak: 0.5");
});

test("a run's checkpoint lies in the folder beside where it started", async () => {
  const out = join(folder, "both");
  await lab("export", checkpoint, "--format", "trl", "--out", out);
  expect(readFileSync(join(out, "README.md"), "utf8")).toContain("the policy after 0 updates in the lab");
  expect(readFileSync(join(out, "trained", "config.json"), "utf8")).toContain("LlamaForCausalLM");
});

test.each([
  ["an unknown format", ["export", native, "--format", "onnx"], "--format must be one of hf, trl, trinity, tokens"],
  [
    "a setting that nothing reads",
    ["export", native, "--set", "lr=1"],
    "--format hf changes nothing of the run: leave out --set",
  ],
  [
    "rows that nothing reads",
    ["export", native, "--data", "rows.jsonl", "--map", "prompt=q", "--allow-function", "00"],
    "leave out --data, --map, --allow-function.",
  ],
  ["a model that tokens do not need", ["export", run, "--format", "tokens", "--model", "x"], "leave out --model."],
  [
    "a setting of a checkpoint's own",
    ["export", checkpoint, "--format", "trl", "--reward", "length"],
    "a checkpoint has its own settings: leave out --reward.",
  ],
  [
    "tokens of a run without any",
    ["export", run, "--format", "tokens"],
    "run.json: A run's config must be a JSON object",
  ],
  [
    "Trinity-RFT without CHORD",
    ["export", "sft-parity", "--format", "trinity"],
    "algorithm must be chord-mu or chord-phi",
  ],
])("%s is refused with one sentence", async (_, argv, sentence) => {
  const answer = await lab(...argv, "--out", join(folder, "refused"));
  expect(answer.code).toBe(2);
  expect(answer.err).toContain(sentence);
});

test("a reward function that a checkpoint brings runs once all of them are allowed, by comma or one by one", async () => {
  const sums = Array.from({ length: 12 }, (_, i) => ({ prompt: `${i}+1=`, answer: String(i + 1) }));
  const rows = join(folder, "sums.jsonl");
  writeFileSync(rows, sums.map((row) => JSON.stringify(row)).join("\n"));
  const [first, second] = ["const reward = () => 1;", "const reward = () => 2;"];
  const { config } = readConfig({
    ...{ task: knowData(dataSetOf(sums), "sums.jsonl").id, algorithm: "grpo", start: "random", size: "nano", steps: 2 },
    ...{ functionWeight: 1, rewardFunction: first, phases: 2, "phase2.rewardFunction": second },
  });
  expect(ownFunctionsIn(config).map(({ source }) => source)).toEqual([first, second]);
  const own = join(folder, "own.safetensors");
  const made = { config, step: 0, tokens: 0, batches: undefined };
  writeFileSync(own, checkpointBytes({ policy: freshState(shape, weights), progress: made }));
  const exported = (...argv: string[]) =>
    lab("export", own, "--data", rows, "--format", "trl", "--out", join(folder, "own"), ...argv);
  const hashes = [first, second].map(hashOfFunction);
  const refused = await exported();
  expect(refused.code).toBe(2);
  expect(refused.err).toContain(first);
  expect(refused.err).toContain(`then add --allow-function ${hashes[0]}.`);
  expect((await exported("--allow-function", hashes[0]!)).err).toContain(
    `--allow-function ${hashes[1]} to the others.`,
  );
  for (const allowed of [["--allow-function", hashes.join(",")], hashes.flatMap((hash) => ["--allow-function", hash])])
    expect((await exported(...allowed)).err).not.toContain("must be allowed");
});

test("lab train --tokens keeps tokens that lab export writes one sequence a line", async () => {
  const out = join(folder, "tokens.json");
  const small = ["--set", "start=random", "--set", "size=nano", "--set", "demoCount=4", "--set", "evalProblems=8"];
  const trained = await lab(
    "train",
    "sft-parity",
    ...small,
    "--steps",
    "2",
    "--policy",
    "simd",
    "--tokens",
    "--out",
    out,
  );
  expect(trained).toMatchObject({ code: 0 });
  const lines = join(folder, "tokens.jsonl");
  expect(await lab("export", out, "--format", "tokens", "--out", lines)).toMatchObject({ code: 0, err: "" });
  const [header, first] = readFileSync(lines, "utf8").trim().split("\n");
  expect(JSON.parse(header!)).toMatchObject({ format: "policy-lab-tokens", config: { algorithm: "sft" } });
  expect(JSON.parse(first!)).toMatchObject({ step: 1, feed: "demos" });
});
