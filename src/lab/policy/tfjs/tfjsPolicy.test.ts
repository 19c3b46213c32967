import { memory } from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import { Streams } from "../../rng.ts";
import type { Policy, SampleOptions } from "../policy.ts";
import type { PolicyShape } from "../shape.ts";
import { SHAPES, TEST_RULE, testBatch, testCredit, testPrompts, testStep, testWeights } from "../testing/parity.ts";
import { testMicroBatches } from "../testing/testMicroBatches.ts";
import { testPolicyContract } from "../testing/testPolicyContract.ts";
import { wasmPaths } from "./testWasmPaths.ts";
import { type TfjsPolicy, tfjsPolicy } from "./tfjsPolicy.ts";

const nano = SHAPES.nano!;
const key = { seed: 11, stream: Streams.tests, step: 3 };
const plain: SampleOptions = { maxNewTokens: 7, temperature: 1, topP: 1, key };

describe.each(["wasm", "cpu"] as const)("the portable policy on %s", (backend) => {
  testPolicyContract((shape, weights) => tfjsPolicy(shape, weights, { backend, wasmPaths }));
  // Products sum in an order of their own: 1e-6 apart at most, relative to the size of the whole vector.
  const open = (shape: PolicyShape, weights: Float32Array, workBytes?: number) =>
    tfjsPolicy(shape, weights, { backend, wasmPaths, workBytes });
  testMicroBatches(open, 5e-6, 4e5, backend === "wasm" ? ["two layers", "wide heads, odd sizes"] : []);

  const made: Policy[] = [];
  afterEach(() => {
    for (const policy of made.splice(0)) policy.dispose();
  });
  const start = async (shape: PolicyShape, workBytes?: number): Promise<TfjsPolicy> => {
    const policy = await tfjsPolicy(shape, testWeights(shape), { backend, wasmPaths, workBytes });
    made.push(policy);
    return policy;
  };

  it("says once that it learns in micro-batches", async () => {
    const notices: string[] = [];
    const onNotice = (sentence: string) => notices.push(sentence);
    const open = async (workBytes?: number) => {
      const policy = await tfjsPolicy(nano, testWeights(nano), { backend, wasmPaths, workBytes, onNotice });
      made.push(policy);
      await testStep(policy, 0);
      await testStep(policy, 1);
    };
    await open();
    expect(notices).toEqual([]);
    await open(1);
    expect(notices).toEqual([expect.stringMatching(/^The portable policy may lay out 1 KiB .* other last bits/)]);
  });

  it("keeps no tensor, whatever it did and however it failed", async () => {
    const [policy, micro] = [await start(nano), await start(nano, 1)];
    const batch = testBatch(nano, 2, 6);
    const prompts = testPrompts(nano, 2, 4);
    const work = async () => {
      await testStep(policy, 0);
      await policy.sample(prompts, { ...plain, maxNewTokens: 2, weights: "reference" });
      await policy.score(batch, "reference");
      await policy.gradient([batch], [testCredit(batch)]);
      await testStep(micro, 0);
      await policy.snapshot("reference", 0.5);
      const failing = policy.learn(
        [batch, batch],
        () => {
          throw new Error("no credit today");
        },
        TEST_RULE,
      );
      await expect(failing).rejects.toThrow("no credit today");
      await expect(policy.learn([batch], () => [{ dLogp: [1] }], TEST_RULE)).rejects.toThrow("dLogp must hold 2 × 5");
    };
    await policy.snapshot("reference");
    for (let i = 0; i < 3; i++) await work();
    const before = memory().numTensors;
    // The cpu backend is slow, and owns its tensors through the same code.
    for (let i = 0; i < (backend === "cpu" ? 4 : 20); i++) await work();
    expect(memory().numTensors).toBe(before);
    policy.dispose();
    micro.dispose();
    const after = memory().numTensors;
    const other = await start(nano);
    await testStep(other, 0);
    other.dispose();
    expect(memory().numTensors).toBe(after);
  });
});
