import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TEST_SCORE, TEST_SHAPE, testModelFiles } from "../lab/model/testModel.ts";
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
  expect(alone.err).toContain("The reward checkpoint 00112233445566cc is not here");
});

it("an export has the checkpoint beside reward.py, which loads it", async () => {
  const out = join(folder, "trl");
  const exported = await lab("export", ...SMALL, "--reward-checkpoint", judge, "--format", "trl", "--out", out);
  expect(exported).toMatchObject({ code: 0 });
  expect(JSON.parse(readFileSync(join(out, "reward_checkpoint/config.json"), "utf8"))).toMatchObject({
    architectures: ["LlamaForSequenceClassification"],
    id2label: { 0: "LABEL_0" },
  });
  expect(readFileSync(join(out, "reward.py"), "utf8")).toContain("AutoModelForSequenceClassification.from_pretrained");
  expect(readFileSync(join(out, "README.md"), "utf8")).toContain("`reward_checkpoint/`");
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
});
