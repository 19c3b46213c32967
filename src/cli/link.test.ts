import { expect, test } from "vitest";
import { flatten } from "../lab/config.ts";
import goldens from "../lab/goldenLinks.json" with { type: "json" };
import { parse } from "./arguments.ts";
import { train } from "./commands/train.ts";
import { experimentOf } from "./experiment.ts";
import { main } from "./main.ts";
import { memoryIo } from "./memoryIo.ts";

const NANO = "seed=1&start=random&size=nano&prompts=2&groupSize=3&demoBatch=4&evalProblems=8&evalEvery=2";
const EDITED = `#v=1&preset=chord-mu-countdown&${NANO}&steps=4&at=2:muPeak:0.9&at=3:muDrawn:3-0.2_4-0.6&at=4:muPeak:0.7`;

const open = (target: string, ...more: string[]) => experimentOf(target, parse(train, [target, ...more]));

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
  const without = await trained(first.link.replace(/&at=[^&]+/g, ""));
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
  const { interventions } = await open("#v=1&preset=grpo-parity&seed=1&at=9:lr:0.001&at=3:lr:0.002&at=9:lr:0.003");
  expect(interventions).toEqual([
    { step: 3, key: "lr", value: 0.002 },
    { step: 9, key: "lr", value: 0.003 },
  ]);
});

test("one setting more changes that setting alone, whichever link it is", async () => {
  for (const { link } of goldens) {
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
