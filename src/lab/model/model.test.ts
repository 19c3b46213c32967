import { afterEach, describe, expect, it } from "vitest";
import { readDataSet } from "../data/readDataSet.ts";
import { type FlatConfig, parseConfig } from "../experiment/config.ts";
import { huggingFaceFolder } from "../export/huggingFace/folder.ts";
import { toHash } from "../link/hash.ts";
import { fromHash } from "../link/testHash.ts";
import type { Policy } from "../policy/policy.ts";
import { simdPolicy } from "../policy/simd/simdPolicy.ts";
import type { DataRow } from "../tasks/dataRow.ts";
import { dataSetOf } from "../tasks/dataSet.ts";
import { dataTaskId } from "../tasks/dataTask.ts";
import { knowData, taskById } from "../tasks/index.ts";
import { type Model, readBy } from "../tasks/models.ts";
import { STORY, TOKENIZERS, type TokenizerKind } from "../tokenizer/testTokenizers.ts";
import { checkpointBytes, readCheckpoint } from "../train/checkpoint.ts";
import { parameterHash } from "../train/parameterHash.ts";
import { Run } from "../train/run.ts";
import { startingState } from "../train/startingState.ts";
import { readFiles, receiveModel } from "./sentModel.ts";
import { TEST_SHAPE, testModelFiles } from "./testModel.ts";

const WORDS = STORY.split(" ");
const words = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => WORDS[(from * 7 + i) % WORDS.length]).join(" ");

/** Stories of every form that a feed asks for, in letters that the lab's own policies do not know. */
const ROWS: readonly DataRow[] = Array.from({ length: 24 }, (_, i) => ({
  prompt: `Story ${i}: ${words(i, 4)}`,
  completion: ` ${words(i + 3, 5)}`,
  chosen: ` ${words(i + 1, 4)}!`,
  rejected: ` ${words(i + 2, 3)} Ü`,
}));

const SMALL: FlatConfig = {
  ...{ start: "native", steps: 4, warmupSteps: 1, lr: 1e-3, evalProblems: 8, evalEvery: 4, evalOod: false },
  longestAnswer: 8,
};

async function known(kind: TokenizerKind = "byte-level BPE"): Promise<Model> {
  const files = testModelFiles(kind);
  const { hash } = await readFiles("stories", files);
  return receiveModel({ hash, name: "stories", files });
}

const data = knowData(dataSetOf(ROWS), "stories.jsonl");
const open: Policy[] = [];
afterEach(() => {
  for (const policy of open.splice(0)) policy.dispose();
});

async function started(config: ReturnType<typeof parseConfig>): Promise<Run> {
  const state = await startingState(config, () => Promise.reject(new Error("no file of ours is read")));
  const policy = await simdPolicy(state.shape, state);
  open.push(policy);
  return Run.start(policy, config);
}

async function trained(run: Run, until = run.steps): Promise<string> {
  for await (const event of run.events({ until: () => until, inspect: () => true })) void event;
  return parameterHash((await run.policy.export()).weights);
}

const configOf = (model: Model, algorithm: string, more: FlatConfig = {}) => {
  const offline = algorithm === "dpo-offline";
  const sampled = algorithm !== "sft" && algorithm !== "dft" && algorithm !== "idft";
  return parseConfig({
    ...{ task: readBy(data.id, model.hash), algorithm, ...SMALL },
    ...(sampled && { prompts: 2, ...(offline ? {} : { groupSize: 3 }) }),
    ...(!sampled || algorithm.startsWith("chord") ? { demoBatch: 4, demoCount: 8 } : {}),
    ...more,
  });
};

describe.each(["sft", "dft", "idft", "chord-mu", "grpo", "dpo-offline", "dpo-online"])(
  "%s on a model of one's own",
  (algorithm) => {
    it("trains to the same bits twice, and from a checkpoint in the middle", async () => {
      const model = await known();
      const config = configOf(model, algorithm);
      const hash = await trained(await started(config));
      const half = await started(config);
      await trained(half, 2);
      const kept = readCheckpoint(checkpointBytes({ policy: await half.policy.export(), progress: half.progress }));
      const policy = await simdPolicy(kept.policy.shape, kept.policy);
      open.push(policy);
      expect(await trained(Run.resume(policy, kept.progress))).toBe(hash);
      // Random weights write nothing that a verifier passes.
      if (!["grpo", "dpo-online"].includes(algorithm)) expect(hash).not.toBe(parameterHash(model.weights));
    });
  },
);

describe.each(Object.keys(TOKENIZERS) as TokenizerKind[])("a model with a %s tokenizer", (kind) => {
  it("is read from its files under one hash, trains, and is asked about its tokens by what they show", async () => {
    const model = await known(kind);
    expect(model.shape).toEqual(TEST_SHAPE);
    expect((await readFiles("another name", testModelFiles(kind))).hash).toBe(model.hash);
    const run = await started(configOf(model, "grpo"));
    let tokens: readonly string[] | undefined;
    for await (const event of run.events({ inspect: () => true })) {
      if (event.type !== "update") continue;
      const row = event.report.rows[0]!;
      tokens = row.tokens;
      const candidates = await run.inspect({ feed: row.feed, prompt: row.prompt, tokens });
      expect(candidates).toHaveLength(tokens.length);
    }
    expect(tokens!.length).toBeGreaterThan(0);
    const { sets } = await run.survey(["own", "expert"], 4);
    expect(sets.map(({ rows }) => rows)).toEqual([4, 4]);
  });
});

it("keeps the tokens that a policy wrote where its text would be read as others", async () => {
  const model = await known();
  const run = await started(configOf(model, "dpo-online", { pairRule: "best-worst" }));
  for await (const event of run.events({ inspect: () => true })) {
    if (event.type !== "update") continue;
    for (const { tokens, prompt } of event.report.rows) {
      const ids = tokens.map((token) => model.reads.idOf(token)!);
      expect(ids.every((id) => id >= 0 && id < TEST_SHAPE.vocabSize)).toBe(true);
      expect(prompt).toMatch(/^Story/);
    }
  }
});

it("is named in a link by its hash, and one that is not here is missed in a sentence", async () => {
  const model = await known();
  const config = configOf(model, "sft");
  const link = toHash(config);
  expect(link).toContain(`task=${data.id}.${model.hash}`);
  expect(fromHash(link).config).toEqual(config);
  const absent = taskById(readBy(data.id, "0123456789abcdef"));
  expect(absent.missing).toBe("The model 0123456789abcdef is not here: open the folder that it came from.");
  const without = fromHash(link.replace(model.hash, "0123456789abcdef")).config;
  expect(without).toEqual({ ...config, task: absent.id });
});

it("reads the lab's own tasks too, and starts a policy of its vocabulary from random weights", async () => {
  const model = await known();
  const { longestAnswer, ...own } = SMALL;
  const config = parseConfig({ ...own, task: readBy("sort", model.hash), algorithm: "sft" });
  expect(await trained(await started(config), 1)).not.toBe("");
  const random = await started(configOf(model, "sft", { start: "random", size: "nano" }));
  expect(random.policy.shape.vocabSize).toBe(TEST_SHAPE.vocabSize);
});

it("is exported with its own tokenizer, and read again as the same policy", async () => {
  const model = await known("BPE");
  const { shape, weights } = model;
  const folder = huggingFaceFolder({ shape, weights }, "", model);
  const files = folder.map(({ name, content }) => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    return { name, bytes: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) };
  });
  const again = await readFiles("again", files);
  expect([again.shape, again.reads.end]).toEqual([shape, model.reads.end]);
  expect(again.weights).toEqual(weights);
  expect(again.reads.prompt(STORY)).toEqual(model.reads.prompt(STORY));
});

it.each([
  [
    "no tokenizer",
    "tokenizer.json",
    undefined,
    "must have tokenizer.json, as a model reads tokens of its own, got no such file.",
  ],
  ["no weights", "model.safetensors", undefined, "must have model.safetensors"],
  ["a tokenizer of other tokens", "config.json", '{"vocab_size": 12}', "config.json"],
  ["no JSON", "tokenizer.json", "<html>", "tokenizer.json must hold JSON, got an HTML page"],
  [
    "a pointer",
    "tokenizer.json",
    "version https://git-lfs.github.com/spec/v1\n",
    "tokenizer.json must hold JSON, got a Git LFS",
  ],
  ["an empty file", "generation_config.json", "", "generation_config.json must hold JSON, got an empty file."],
  ["settings that are none", "tokenizer_config.json", "[]", "tokenizer_config.json must hold an object, got []."],
  ["no settings at all", "generation_config.json", "null", "generation_config.json must hold an object, got null."],
])("refuses a folder with %s in a sentence", async (_, name, content, sentence) => {
  const files = testModelFiles().filter((file) => file.name !== name);
  const bytes = content === undefined ? undefined : new TextEncoder().encode(content).buffer;
  await expect(readFiles("theirs", [...files, ...(bytes ? [{ name, bytes }] : [])])).rejects.toThrow(sentence);
});

it("measures rows once: a task has the limits that reading them found", async () => {
  const model = await known();
  async function* records() {
    yield ROWS.map((row, at) => ({ number: at + 1, value: { ...row } }));
  }
  const { set, inTokens } = await readDataSet(records(), { model });
  const limitsOf = () => taskById(readBy(dataTaskId(set.hash), model.hash)).limits({ longestAnswer: 0 });
  knowData(set);
  expect(inTokens).toEqual({ model: model.hash, limits: limitsOf() });
  const limits = { prompt: 1, completion: 2, answer: 3 };
  knowData(set, "stories.jsonl", { model: model.hash, limits });
  expect(limitsOf()).toEqual(limits);
  // Those of another model are not taken.
  knowData(set, "stories.jsonl", { model: "0123456789abcdef", limits });
  expect(limitsOf()).toEqual(inTokens!.limits);
});
