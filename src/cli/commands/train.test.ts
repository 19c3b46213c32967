import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { randomWeights } from "../../lab/policy/init.ts";
import { writeWeightsFile } from "../../lab/policy/native.ts";
import { SIZES } from "../../lab/policy/shape.ts";
import { main } from "../main.ts";
import { memoryIo } from "../testIo.ts";

const folder = mkdtempSync(join(tmpdir(), "train-"));
const config = join(folder, "config.json");
const settings = { task: "parity", algorithm: "sft", bits: 8, steps: 2, demoBatch: 4, evalProblems: 8, evalOod: false };
writeFileSync(config, JSON.stringify(settings));
const shape = SIZES.nano;

async function train(...args: string[]) {
  const io = memoryIo();
  const code = await main(["train", ...args, "--policy", "tfjs", "--backend", "cpu"], io);
  return { code, out: io.outLines.join("\n"), err: io.errLines.at(-1) ?? "" };
}

it("starts from a file of weights or a checkpoint, names it in the run's record, and writes no link that would not", async () => {
  const start = join(folder, "mine.safetensors");
  writeFileSync(start, writeWeightsFile({ shape, weights: randomWeights(shape, 5), made: {} }));
  const first = await train(config, "--start", start, "--out", join(folder, "run.json"), "--json");
  const run = JSON.parse(first.out);
  expect(run.startedFrom).toEqual({ file: "mine.safetensors", parameterHash: expect.stringMatching(/^[0-9a-f]{16}$/) });
  expect(run.link).toBeUndefined();
  const kept = JSON.parse(readFileSync(join(folder, "run.json"), "utf8"));
  expect(kept.startedFrom).toEqual(run.startedFrom);
  const second = JSON.parse((await train(config, "--start", join(folder, "run.safetensors"), "--json")).out);
  expect(second.startedFrom).toEqual({ file: "run.safetensors", parameterHash: run.parameterHash });
  expect(second.parameterHash).not.toBe(run.parameterHash);
});

it("refuses in one sentence a file that no such run can start from", async () => {
  const narrow = join(folder, "narrow.safetensors");
  writeFileSync(
    narrow,
    writeWeightsFile({ shape: { ...shape, context: 8 }, weights: randomWeights(shape, 5), made: {} }),
  );
  expect(await train(config, "--start", narrow)).toEqual({
    code: 2,
    out: "",
    err: `lab: --start ${narrow} must hold weights that this run can start from: A policy for Parity must have a context of at least 29 tokens, got 8.`,
  });
  expect((await train(config, "--start", config)).err).toContain(`--start ${config} must hold weights`);
  expect((await train("--resume", narrow, "--start", narrow)).err).toContain("leave out --start");
});

it("says what --resume does not read, and goes on from a finished run where --steps lies above it", async () => {
  const first = join(folder, "resumed.json");
  await train(config, "--out", first);
  const checkpoint = join(folder, "resumed.safetensors");
  expect((await train("--resume", checkpoint, "--set", "lr=0.1")).err).toContain("leave out --set");
  expect((await train("--resume", checkpoint, "--seed", "9")).err).toContain("leave out --seed");
  expect(await train("--resume", checkpoint)).toMatchObject({
    code: 2,
    err: expect.stringContaining("finished at step 2"),
  });
  expect((await train("--resume", checkpoint, "--steps", "2")).err).toContain(
    "must be above the step that the run stands at, 2",
  );
  expect((await train("--resume", checkpoint, "--steps", "4", "--until", "1")).err).toContain("--until must be above");
  const longer = JSON.parse((await train("--resume", checkpoint, "--steps", "4", "--json")).out);
  const whole = JSON.parse((await train(config, "--steps", "4", "--json")).out);
  expect([longer.steps, longer.parameterHash]).toEqual([4, whole.parameterHash]);
});

it("refuses a bad --out before anything is computed", async () => {
  expect(await train(config, "--out", join(folder, "none", "x.json"))).toMatchObject({
    code: 2,
    err: expect.stringContaining("must lie in a folder that exists"),
  });
  expect((await train(config, "--out", folder)).err).toContain("must name a file, got a folder");
});

it("keeps checkpoint and run when it is interrupted, and the resumed run ends with the weights of an undisturbed one", async () => {
  const out = join(folder, "interrupted.json");
  let left = 0;
  const io = {
    ...memoryIo(),
    onInterrupt(stop: () => void) {
      stop();
      return () => void left++;
    },
  };
  const engine = ["--policy", "tfjs", "--backend", "cpu"];
  expect(await main(["train", config, "--out", out, ...engine], io)).toBe(130);
  expect(left).toBe(1);
  expect(JSON.parse(readFileSync(out, "utf8"))).toMatchObject({ steps: 0, checkpoint: "interrupted.safetensors" });
  const on = JSON.parse((await train("--resume", join(folder, "interrupted.safetensors"), "--json")).out);
  const whole = JSON.parse((await train(config, "--json")).out);
  expect(on.parameterHash).toBe(whole.parameterHash);
  expect(readdirSync(folder).filter((name) => /\.(tmp|lock)$/.test(name))).toEqual([]);
});

it("says that its end cannot be written, prints it all the same, and leaves what was there before whole", async () => {
  const out = join(folder, "full.json");
  writeFileSync(out, "before");
  const small = join(folder, "small.json");
  writeFileSync(small, JSON.stringify({ ...settings, start: "random", size: "nano" }));
  const io = {
    ...memoryIo(),
    write: () => Promise.reject(new Error(`${out} could not be written, as there is none.`)),
  };
  const engine = ["--policy", "simd", "--backend", "wasm"];
  expect(await main(["train", small, "--out", out, "--json", ...engine], io)).toBe(1);
  expect(io.errLines.at(-1)).toBe(
    `lab: ${out} could not be written, as there is none. Nothing of this run is kept; a file that was there before is as it was.`,
  );
  expect(JSON.parse(io.outLines.join())).toMatchObject({ steps: 2 });
  expect(JSON.parse(io.outLines.join()).checkpoint).toBeUndefined();
  expect(readFileSync(out, "utf8")).toBe("before");
});

it("hears an interrupt within a moment, also where no step waits for anything", async () => {
  const long = join(folder, "long.json");
  writeFileSync(
    long,
    JSON.stringify({
      ...JSON.parse(readFileSync(config, "utf8")),
      steps: 800,
      evalEvery: 1000,
      start: "random",
      size: "nano",
    }),
  );
  const io = {
    ...memoryIo(),
    onInterrupt(stop: () => void) {
      const turn = setImmediate(stop);
      return () => clearImmediate(turn);
    },
  };
  const out = join(folder, "heard.json");
  expect(await main(["train", long, "--out", out, "--policy", "simd", "--backend", "wasm"], io)).toBe(130);
  const { steps } = JSON.parse(readFileSync(out, "utf8"));
  // Unheard it would train to its end, which comes before the first save after five seconds.
  expect(steps).toBeLessThan(800);
});

it("reads a preset of a file as strictly as that of a link, and says what is wrong with a receipt", async () => {
  const wrong = join(folder, "wrong.json");
  writeFileSync(wrong, JSON.stringify({ preset: "chord-mu-countdwn" }));
  expect(await train(wrong)).toEqual({
    code: 2,
    out: "",
    err: 'lab: There is no preset called "chord-mu-countdwn" (did you mean chord-mu-countdown?).',
  });
  const io = memoryIo();
  const link =
    "#v=1&task=parity&algorithm=sft&steps=1&start=random&size=nano&demoBatch=4&evalProblems=8&evalOod=0&receipt=AQIB";
  expect(await main(["train", link, "--policy", "tfjs", "--backend", "cpu"], io)).toBe(0);
  expect(io.errLines[0]).toMatch(/^The link's receipt could not be read/);
  expect((await train("https://lab.example/#v=1")).err).toContain("in a shell, put the link in quotes");
  expect(
    (await train(`#v=1&preset=grpo-parity&${Array.from({ length: 400 }, (_, i) => `at=1:k${i}:0`).join("&")}`)).err
      .length,
  ).toBeLessThan(2000);
});

it("asks for --yes before a run of hours or gigabytes, and names a smaller one", async () => {
  const { code, err } = await train("grpo-parity", "--set", "prompts=256", "--set", "groupSize=32");
  expect(code).toBe(2);
  expect(err).toMatch(/^lab: a run must be confirmed with --yes where it takes .* GB of memory, and --set prompts=\d+/);
});
