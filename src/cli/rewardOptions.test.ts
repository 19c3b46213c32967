import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readFiles } from "../lab/model/sentModel.ts";
import { TEST_SCORE, TEST_SHAPE, testModelFiles } from "../lab/model/testModel.ts";
import { knowModel } from "../lab/tasks/models.ts";
import { main } from "./main.ts";
import { memoryIo } from "./testIo.ts";

const folder = mkdtempSync(join(tmpdir(), "lab-reward-"));
const [judge, writer] = [join(folder, "judge"), join(folder, "writer")];
const [sums, pairs] = [join(folder, "sums.jsonl"), join(folder, "pairs.jsonl")];
const OF = ["grpo-countdown", "--data", sums, "--set", "start=random", "--set", "size=nano", "--set", "evalProblems=8"];
const SMALL = [...OF, "--set", "prompts=2", "--set", "groupSize=2", "--set", "longestAnswer=6", "--set", "steps=1"];

function write(path: string, score?: typeof TEST_SCORE): void {
  mkdirSync(path);
  for (const { name, bytes } of testModelFiles("byte-level BPE", TEST_SHAPE, 4, score))
    writeFileSync(join(path, name), new Uint8Array(bytes));
}

beforeAll(() => {
  write(judge, TEST_SCORE);
  write(writer);
  const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join("\n");
  const numbers = Array.from({ length: 30 }, (_, i) => i);
  writeFileSync(sums, lines(numbers.map((i) => ({ prompt: `${i}+1=`, answer: String(i + 1) }))));
  writeFileSync(pairs, lines(numbers.map((i) => ({ prompt: `${i}*`, chosen: "11", rejected: "2" }))));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function lab(...argv: string[]) {
  const io = memoryIo();
  const code = await main(argv, io);
  return { code, out: io.outLines.join("\n"), err: io.errLines.join("\n") };
}

it("a run is rewarded by a checkpoint and by another file's pairs, names both, and is the same again", async () => {
  const rewards = ["--reward", "right", "--reward", "checkpoint=0.5", "--reward-checkpoint", judge];
  const run = ["train", ...SMALL, ...rewards, "--preference-data", pairs, "--policy", "simd", "--json"];
  const [first, second] = [await lab(...run), await lab(...run)];
  expect(first.code).toBe(0);
  const { config, final, parameterHash, link } = JSON.parse(first.out);
  expect(config).toMatchObject({ rightWeight: 1, checkpointWeight: 0.5, preferenceWeight: 1 });
  for (const name of ["rewardCheckpoint", "preferenceData"])
    expect(link).toContain(`${name}=${config[name as keyof typeof config]}`);
  for (const part of ["checkpoint", "preference"]) expect(final[`rewards/${part}/mean`]).toSatisfy(Number.isFinite);
  expect(JSON.parse(second.out).parameterHash).toBe(parameterHash);
  // The link opens nothing without the folder, and says so.
  const alone = await lab("train", link, "--data", sums, "--set", "rewardCheckpoint=00112233445566cc");
  expect(alone.err).toContain(
    "The reward checkpoint 00112233445566cc is not here: --reward-checkpoint <folder> brings",
  );
});

it("on a task of the lab parts are weighed beside its verifier, and not beside a model of taste", async () => {
  const small = ["start=random", "size=nano", "evalProblems=8", "prompts=2", "groupSize=2", "steps=1"];
  const set = small.flatMap((setting) => ["--set", setting]);
  const rewards = ["--reward", "right", "--reward", "length=0.2", "--reward-checkpoint", judge];
  const { code, out } = await lab("train", "grpo-countdown", ...set, ...rewards, "--policy", "simd", "--json");
  expect(code).toBe(0);
  const { config, final, link } = JSON.parse(out);
  expect(config).toMatchObject({ task: "countdown", rightWeight: 1, lengthWeight: 0.2, checkpointWeight: 1 });
  expect(link).toContain(`rewardCheckpoint=${config.rewardCheckpoint}`);
  const [right, long, score] = ["right", "length", "checkpoint"].map((part) => final[`rewards/${part}/mean`]);
  expect(final.reward).toBeCloseTo(right + 0.2 * long + score, 5);
  const taste = await lab("train", "cheerful.online", "--reward", "length=0.2");
  expect(taste.err).toContain("must be weighed beside the verifier, got length with rewardSource model");
});

it("an export has the checkpoint beside reward.py, which loads it", async () => {
  const out = join(folder, "trl");
  const exported = await lab("export", ...SMALL, "--reward-checkpoint", judge, "--format", "trl", "--out", out);
  expect(exported).toMatchObject({ code: 0, err: expect.stringContaining("It takes 0.24 MB of memory to score.") });
  expect(JSON.parse(readFileSync(join(out, "reward_checkpoint/config.json"), "utf8"))).toMatchObject({
    architectures: ["LlamaForSequenceClassification"],
    id2label: { 0: "LABEL_0" },
  });
  expect(readFileSync(join(out, "reward.py"), "utf8")).toContain("AutoModelForSequenceClassification.from_pretrained");
  expect(readFileSync(join(out, "README.md"), "utf8")).toContain("`reward_checkpoint/`");
});

it("an export of several phases has the reward of each", async () => {
  const model = await readFiles("judge", testModelFiles("byte-level BPE", TEST_SHAPE, 4, TEST_SCORE));
  knowModel(model);
  const rewardCheckpoint = model.hash;
  const out = join(folder, "phases");
  const second = Object.entries({ algorithm: "grpo", steps: 1, rightWeight: 0, checkpointWeight: 1, rewardCheckpoint });
  const phases = second.flatMap(([key, value]) => ["--set", `phase2.${key}=${value}`]);
  expect(await lab("export", ...SMALL, ...phases, "--format", "trl", "--out", out)).toMatchObject({ code: 0 });
  const text = (name: string) => readFileSync(join(out, name), "utf8");
  expect(text("train.py")).toContain("from reward import reward, verify");
  expect(text("reward.py")).not.toContain("WEIGHTS");
  expect(text("train_2.py")).toContain("from reward_2 import reward, verify");
  expect(text("reward_2.py")).toContain('"folder": "reward_checkpoint_2"');
  expect(text("reward_checkpoint_2/config.json")).toContain("LlamaForSequenceClassification");
  expect(text("README.md")).toContain("`reward_2.py`");
});

it("what cannot be a reward is refused, and a model that scores as a policy", async () => {
  expect((await lab("train", ...SMALL, "--reward-checkpoint", writer)).err).toContain("got writer, which writes");
  expect((await lab("train", ...SMALL, "--model", judge)).err).toContain("--model must be a model that writes");
  expect((await lab("train", ...SMALL, "--preference-data", sums)).err).toContain(
    "pairs of chosen and rejected, got none",
  );
});

it("lab score gives each row of a batch the score of a model with a scalar head", async () => {
  const batch = join(folder, "batch.json");
  writeFileSync(
    batch,
    JSON.stringify({
      ids: [
        [5, 6, 7],
        [5, 6, 8],
      ],
    }),
  );
  const { code, out } = await lab("score", judge, "--in", batch);
  expect(code).toBe(0);
  const { scores } = JSON.parse(out);
  expect(scores).toHaveLength(2);
  expect(scores[0]).not.toBe(scores[1]);

  // What pads a row on either side is not read, and an option that does nothing is not taken.
  const padded = { ids: [[0, 5, 6, 7, 0]], attentionMask: [[0, 1, 1, 1, 0]] };
  writeFileSync(batch, JSON.stringify(padded));
  expect(JSON.parse((await lab("score", judge, "--in", batch)).out).scores).toEqual([scores[0]]);
  expect((await lab("score", judge, "--in", batch, "--policy", "simd")).err).toContain("leave out --policy");
  writeFileSync(batch, JSON.stringify({ ...padded, mask: [[0, 1, 1, 0]] }));
  expect((await lab("score", judge, "--in", batch)).err).toContain("mask must be left out");
});

it("lab score refuses a score that is not finite in float32, which JSON has no word for", async () => {
  const [wide, batch] = [join(folder, "wide"), join(folder, "wide.json")];
  write(wide, { ...TEST_SCORE, weights: TEST_SCORE.weights.map((weight) => 3e38 * weight) });
  writeFileSync(batch, JSON.stringify({ ids: [[5, 6, 7]] }));
  expect((await lab("score", wide, "--in", batch)).err).toContain("scores must be finite in float32, got");
});

it("a run with its own settings refuses a reward that they do not name, and names the option for one that they do", async () => {
  const out = join(folder, "plain.json");
  expect(await lab("train", ...SMALL, "--policy", "simd", "--out", out)).toMatchObject({ code: 0 });
  const checkpoint = out.replace("json", "safetensors");
  const resume = ["train", "--resume", checkpoint, "--steps", "2", "--data", sums];
  const ends = ", which it does not.";
  expect((await lab(...resume, "--reward-checkpoint", judge)).err).toContain(ends);
  expect((await lab(...resume, "--preference-data", pairs)).err).toContain(ends);
  const exported = ["export", checkpoint, "--data", sums, "--format", "trl", "--out", join(folder, "plain")];
  expect((await lab(...exported, "--reward-checkpoint", judge)).err).toContain(ends);
});
