import { expect, it } from "vitest";
import { testWeights } from "../testing/parity.ts";
import { simdPolicy } from "./simdPolicy.ts";
import type { TestedThreads } from "./testThreads.ts";
import { bitsOf, digest, TRAINED_BITS, TRAINED_SHAPE } from "./testTraining.ts";
import { browserThreads } from "./threads.ts";

it("computes in this browser the bits that it computes in Node", async () => {
  const policy = await simdPolicy(TRAINED_SHAPE, testWeights(TRAINED_SHAPE));
  expect(await digest(await bitsOf(policy))).toBe(TRAINED_BITS);
});

it("computes them on four threads of a worker too", async () => {
  const worker = new Worker(new URL("./testThreads.ts", import.meta.url), { type: "module" });
  const { isolated, few, many, manyAlone, started } = await new Promise<TestedThreads>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(4);
  });
  worker.terminate();
  expect([isolated, few, many, started]).toEqual([true, TRAINED_BITS, manyAlone, 6]);
});

it("has no threads where the calling one may not wait, as that of a page", () => {
  expect(browserThreads(() => 0, 4)).toBeUndefined();
});
