import { memory } from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import { Streams } from "../../rng.ts";
import type { Policy } from "../policy.ts";
import { referencePolicy } from "../reference/referencePolicy.ts";
import {
  compareGradients,
  compareLearning,
  compareScores,
  SHAPES,
  testPrompts,
  testStep,
  testWeights,
} from "../testing/parity.ts";
import { tfjsPolicy } from "./tfjsPolicy.ts";
import { WASM_ADDRESSES } from "./wasmAddresses.ts";

const grouped = SHAPES["grouped heads, two layers, own head"]!;
/** Compiling some sixty shaders for the software adapter takes half a minute on a busy machine. */
const PATIENCE = 240_000;

// Without a GPU, WebGPU runs on Chromium's software adapter: right and slow.
describe.each(["webgpu", "wasm"] as const)("the portable policy in a browser on %s", (backend) => {
  const made: Policy[] = [];
  afterEach(() => {
    for (const policy of made.splice(0)) policy.dispose();
  });

  const both = async () => {
    const policy = await tfjsPolicy(grouped, testWeights(grouped), { backend, wasmPaths: WASM_ADDRESSES });
    made.push(policy);
    return [policy, referencePolicy(grouped, testWeights(grouped))] as const;
  };

  it(
    "says and learns what the reference does",
    async () => {
      const [policy, reference] = await both();
      for (const compare of [compareScores, compareGradients]) {
        for (const [what, distance] of Object.entries(await compare(policy, reference))) {
          expect(distance, what).toBeLessThan(2e-5);
        }
      }
      for (const [what, distance] of Object.entries(await compareLearning(policy, reference, 2))) {
        expect(distance, what).toBeLessThan(2e-4);
      }
    },
    PATIENCE,
  );

  it(
    "writes the tokens that the reference writes",
    async () => {
      const [policy, reference] = await both();
      const prompts = testPrompts(grouped, 3, 5);
      const key = { seed: 11, stream: Streams.tests, step: 3 };
      const options = { maxNewTokens: 4, temperature: 0.9, topP: 0.9, key };
      expect((await policy.sample(prompts, options)).ids).toEqual((await reference.sample(prompts, options)).ids);
    },
    PATIENCE,
  );

  it(
    "learns the same bits twice and keeps no tensor",
    async () => {
      const shape = SHAPES.nano!;
      const states = [];
      for (let run = 0; run < 2; run++) {
        const policy = await tfjsPolicy(shape, testWeights(shape), { backend, wasmPaths: WASM_ADDRESSES });
        made.push(policy);
        await testStep(policy, 0);
        const tensors = memory().numTensors;
        for (let step = 1; step < 3; step++) await testStep(policy, step);
        expect(memory().numTensors).toBe(tensors);
        states.push(await policy.export());
      }
      expect(states[1]).toEqual(states[0]);
    },
    PATIENCE,
  );
});
