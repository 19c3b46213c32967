import { afterAll, describe, expect, it } from "vitest";
import type { Policy } from "../../policy.ts";
import * as parity from "../../testing/wgslParity.ts";
import { testPolicies } from "../testPolicies.ts";
import { wgslPolicy } from "../wgslPolicy.ts";
import { requestGpuDevice } from "./device.ts";
import { checkMark, openMarks } from "./marks.ts";
import { openNodeGpu } from "./nodeGpu.ts";
import { suiteName, testDevice } from "./testDevice.ts";

it("marks are whole numbers from 1 on that a float32 holds, each another than the one before", () => {
  const next = openMarks();
  expect([next(), next(), next()]).toEqual([1, 2, 3]);
  let last = 3;
  for (let n = 0; n < 2 ** 24; n++) {
    const mark = next();
    if (mark === last || mark < 1 || Math.fround(mark) !== mark) throw new Error(`got ${mark} after ${last}`);
    last = mark;
  }
});

it("an answer without its mark is a failure of the device", () => {
  expect(() => checkMark("scores", 5, 5)).not.toThrow();
  for (const got of [0, 4, Number.NaN, undefined])
    expect(() => checkMark("scores", got, 5)).toThrow(
      expect.objectContaining({
        kind: "device",
        message: expect.stringContaining("scores must carry the mark 5, got"),
      }),
    );
});

const found = await testDevice();
const device = found.device!;
afterAll(() => found.device?.destroy());

/** Has every answer that is read from now on pass through `change`. @returns how to have them as they are again */
function lying(change: (answer: ArrayBuffer, staging: GPUBuffer) => ArrayBuffer): () => void {
  const prototype = Object.getPrototypeOf(device.createBuffer({ size: 16, usage: 0x8 })) as GPUBuffer;
  const honest = prototype.getMappedRange;
  prototype.getMappedRange = function (offset, size) {
    return change(honest.call(this, offset, size), this);
  };
  return () => {
    prototype.getMappedRange = honest;
  };
}

const { prompts, options } = parity.samplingOf(parity.NANO_SHAPE, { temperature: 1, topP: 1 });
const batches = [parity.testBatch(parity.NANO_SHAPE, 4, 17)];
const ASKED: Readonly<Record<string, (policy: Policy) => Promise<unknown>>> = {
  learn: (policy) => policy.learn(batches, () => parity.meanCredit(batches), parity.TEST_ADAM),
  score: (policy) => policy.score(batches[0]!),
  sample: (policy) => policy.sample(prompts, options),
  export: (policy) => policy.export(),
};
const unmarked = { kind: "device", message: expect.stringMatching(/^the GPU's .* must carry the mark \d+, got/) };

const before = new WeakMap<GPUBuffer, ArrayBuffer>();
const LIES: Readonly<Record<string, (answer: ArrayBuffer, staging: GPUBuffer) => ArrayBuffer>> = {
  zeros: (answer) => new ArrayBuffer(answer.byteLength),
  NaN: (answer) => new Float32Array(answer.byteLength / 4).fill(Number.NaN).buffer,
  garbage: (answer) => Uint8Array.from({ length: answer.byteLength }, (_, i) => (i * 89) % 251).buffer,
  "what it answered before": (answer, staging) => {
    const old = before.get(staging);
    before.set(staging, answer.slice(0));
    return old?.byteLength === answer.byteLength ? old : answer;
  },
};

describe.skipIf(!device)(suiteName("a device that lies", found), { timeout: 240_000 }, () => {
  const policyOf = testPolicies(device);

  it.each(Object.keys(LIES))("with %s fails what was asked of it", async (lie) => {
    const policy = await policyOf();
    for (const ask of Object.values(ASKED)) await ask(policy);
    for (const [name, ask] of Object.entries(ASKED)) {
      // What is exported comes through a buffer of its own, which has answered nothing before.
      if (lie === "what it answered before" && name === "export") continue;
      const stop = lying(LIES[lie]!);
      // The first answer that is repeated must have been seen.
      const twice = async () => {
        await ask(policy);
        await ask(policy);
      };
      await expect(twice(), name).rejects.toMatchObject(unmarked);
      stop();
    }
  });
});

const empty = await openNodeGpu(["backend=null"]);

describe.skipIf(!empty.gpu)("a device that leaves commands out", () => {
  it("fails what was asked of it, since nothing has written the mark", async () => {
    const idle = await requestGpuDevice(empty.gpu);
    for (const name of ["learn", "score", "sample"]) {
      const policy = await wgslPolicy(parity.NANO_SHAPE, parity.testWeights(parity.NANO_SHAPE), { device: idle });
      await expect(ASKED[name]!(policy), name).rejects.toMatchObject(unmarked);
      policy.dispose();
    }
    idle.destroy();
  });
});
