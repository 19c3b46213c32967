import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { flatten } from "../lab/experiment/config.ts";
import goldens from "../lab/link/goldenLinks.json" with { type: "json" };
import { parse } from "./arguments.ts";
import { train } from "./commands/train.ts";
import { experimentOf } from "./experiment.ts";
import { main } from "./main.ts";
import { memoryIo } from "./testIo.ts";

const NANO = "seed=1&start=random&size=nano&prompts=2&groupSize=3&demoBatch=4&evalProblems=8&evalEvery=2";
const EDITED = `#v=1&preset=chord-mu-countdown&${NANO}&steps=4&at=2:muPeak:0.9&at=3:muDrawn:3-0.2_4-0.6&at=4:muPeak:0.7`;

const open = (target: string, ...more: string[]) => experimentOf(target, parse(train, [target, ...more]));

/** A link that was edited by hand: of version 1, which has no check. */
const byHand = (link: string) => link.replace("v=2", "v=1").replace(/&ok=..$/, "");

async function trained(target: string, ...more: string[]) {
  const io = memoryIo();
  const code = await main(["train", target, "--backend", "wasm", "--json", ...more], io);
  expect({ code, err: io.errLines.filter((line) => line.startsWith("lab:")) }).toEqual({ code: 0, err: [] });
  return JSON.parse(io.outLines.join("")) as {
    readonly link: string;
    readonly parameterHash: string;
    readonly policy: string;
    readonly backend: string;
    readonly config: { readonly interventions?: unknown };
    readonly receipt?: { readonly verdict: string; readonly sentence: string };
  };
}

test("a link is trained with its changes by hand, and the link of that run trains to the same weights, identical by its receipt", async () => {
  const first = await trained(`https://lab.example/${EDITED}&note=Look&lock=all&charts=mu`);
  expect(first.config.interventions).toHaveLength(3);
  expect(first.receipt).toBeUndefined();
  expect(first.link).toContain("&at=2:muPeak:0.9&at=3:muDrawn:3-0.2_4-0.6&at=4:muPeak:0.7&receipt=");
  const again = await trained(first.link);
  expect(again.parameterHash).toBe(first.parameterHash);
  expect(again.receipt).toEqual({ verdict: "identical", sentence: expect.stringMatching(/^Identical/) });
  const without = await trained(byHand(first.link.replace(/&at=[^&]+/g, "")));
  expect(without.parameterHash).not.toBe(first.parameterHash);
});

test("a link trains again on the policy that its receipt names, and on the SIMD kernels where it names none", async () => {
  const short = EDITED.replace("steps=4", "steps=2");
  const before = await trained(short, "--policy", "tfjs");
  expect(before.policy).toBe("tfjs");
  const again = await trained(before.link);
  expect(again).toMatchObject({ policy: "tfjs", backend: "wasm", parameterHash: before.parameterHash });
  expect(again.receipt?.verdict).toBe("identical");
  const now = await trained(short);
  expect(now).toMatchObject({ policy: expect.stringMatching(/^simd/), backend: "wasm" });
  expect(now.parameterHash).not.toBe(before.parameterHash);
  const plain = await trained(short, "--policy", "simd");
  expect(await trained(plain.link)).toMatchObject({ policy: "simd", receipt: { verdict: "identical" } });
  expect(await trained(now.link)).toMatchObject({ policy: now.policy, receipt: { verdict: "identical" } });
});

test("changes of a link that stand in disorder are made in order of step", async () => {
  const { interventions } = await open("#v=1&preset=grpo-parity&seed=1&at=9:lr:0.003&at=3:lr:0.002");
  expect(interventions).toEqual([
    { step: 3, key: "lr", value: 0.002 },
    { step: 9, key: "lr", value: 0.003 },
  ]);
  const twice = open("#v=1&preset=grpo-parity&seed=1&at=9:lr:0.001&at=9:lr:0.003");
  await expect(twice).rejects.toThrow("Step 9 must change lr to one value, got several.");
});

test("one setting more changes that setting alone, whichever link it is", async () => {
  // A lecture is several experiments, and refused as such.
  const single = goldens.filter(({ link }) => !link.includes("&lecture="));
  expect(single.length).toBeGreaterThan(20);
  for (const { link } of single) {
    const [as, more] = [await open(link), await open(link, "--set", "evalProblems=16", "--seed", "9")];
    expect(flatten(more), link).toEqual({ ...flatten(as), evalProblems: 16, seed: 9 });
    expect(more.interventions).toEqual(as.interventions);
  }
});

test("a receipt is not asked of another experiment than its own", async () => {
  const { link } = await trained(EDITED.replace("steps=4", "steps=2"));
  expect((await trained(link, "--seed", "2")).receipt).toBeUndefined();
});

test("an algorithm that does not know a link's change by hand is refused in a sentence", async () => {
  await expect(open(EDITED, "--set", "algorithm=sft", "--set", "demoStyle=expert")).rejects.toThrow(
    /has no effect with SFT/,
  );
  const io = memoryIo();
  expect(await main(["train", "#v=1&preset=grpo-parity&at=2:wings:1&lr=fast"], io)).toBe(2);
  expect(io.errLines).toEqual([
    expect.stringMatching(/^lab: Learning rate \(lr\) must be .*An intervention must read/),
  ]);
});

test("another algorithm on the command line is what its name says, over a preset, a link and a file alike", async () => {
  const algorithm = (id: string) => ["--set", `algorithm=${id}`];
  const parity = await open("semi-online-dpo-parity", ...algorithm("dpo-online"));
  expect([parity.pairs.syncEvery, parity.optimizer.lr]).toEqual([1, 3e-4]);
  const semi = await open("online-dpo-parity", ...algorithm("dpo-semi-online"));
  expect(semi.pairs.syncEvery).toBe(10);
  const phi = await open("#v=1&preset=chord-mu-countdown&seed=3&muPeak=0.7&lr=0.0002", ...algorithm("chord-phi"));
  expect(flatten(phi)).toMatchObject({ tokenWeight: "phi", muPeak: 0.1, muValley: 0.1, lr: 2e-4, seed: 3, steps: 120 });
  const off = await open("chord-mu-countdown", ...algorithm("chord-phi"), "--set", "tokenWeight=none");
  expect(off.params.tokenWeight).toBe("none");
  const folder = mkdtempSync(join(tmpdir(), "lab-"));
  writeFileSync(join(folder, "run.json"), JSON.stringify({ config: flatten(await open("chord-phi-parity")) }));
  const mu = await open(join(folder, "run.json"), ...algorithm("chord-mu"));
  expect(flatten(mu)).toMatchObject({ tokenWeight: "none", muPeak: 0.9, muValley: 0.05, task: "parity", steps: 80 });
  rmSync(folder, { recursive: true });
});

test("a run of two phases is made of settings, its file and its link train to the same weights, and bad phases are refused", async () => {
  const small = `#v=1&task=sort&algorithm=sft&seed=1&start=random&size=nano&demoBatch=4&demoCount=8&evalProblems=8&evalOod=0`;
  const then = ["phase2.algorithm=grpo", "phase2.steps=2", "phase2.prompts=2", "phase2.groupSize=3"];
  const set = ["steps=3", ...then].flatMap((item) => ["--set", item]);
  const first = await trained(small, ...set);
  expect(first.config).toMatchObject({ steps: 3, phases: 2, "phase2.algorithm": "grpo", "phase2.steps": 2 });
  expect(first.link).toContain("&phases=2&phase2.algorithm=grpo&");
  const again = await trained(first.link);
  expect([again.parameterHash, again.receipt?.verdict]).toEqual([first.parameterHash, "identical"]);
  const folder = mkdtempSync(join(tmpdir(), "phases-"));
  try {
    const file = join(folder, "config.json");
    writeFileSync(file, JSON.stringify(first.config));
    expect(flatten(await open(file))).toEqual(flatten(await open(first.link)));
    expect(flatten(await open(file, "--set", "phase2.lr=0.001"))["phase2.lr"]).toBe(0.001);
    expect((await open(file, "--set", "phases=1")).phases).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true });
  }
  await expect(open(first.link, "--set", "phase3.lr=0.001")).rejects.toThrow("must name one of 2 to 2");
  await expect(open(first.link, "--set", "phase2.seed=4")).rejects.toThrow("is one for the whole run");
});

test("every live setting of a link may be asked for late: a reference is taken for it", async () => {
  const link =
    "#v=1&task=sort&algorithm=grpo&seed=1&steps=4&size=nano&start=random&digits=3&prompts=2&groupSize=2&evalProblems=8&evalOod=0";
  const { config } = await trained(`${link}&at=3:klCoef:0.01`);
  expect(config.interventions).toEqual([{ step: 3, key: "klCoef", value: 0.01 }]);
});
