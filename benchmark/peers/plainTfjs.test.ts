import { join } from "node:path";
import { engine } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { tfjsPolicy } from "../../src/lab/policy/tfjs/tfjsPolicy.ts";
import { wasmFilesIn } from "../../src/lab/policy/tfjs/wasmFiles.ts";
import { learner } from "../ourPolicy.ts";
import { promptsOf, sequencesOf, startOf, tirelessStart } from "../shapes.ts";
import { plainTfjs } from "./plainTfjs.ts";

const host = {
  backend: "wasm",
  threads: 1,
  startThreads: () => undefined,
  wasmPaths: wasmFilesIn(join(import.meta.dirname, "../..")),
  nanogptWorker: () => Promise.reject(new Error("there is no worker in this test")),
} as const;

test("plain tfjs and our policy lose the same at every step of AdamW, so the benchmark compares the same mathematics", async () => {
  const start = startOf("nano");
  const plain = await plainTfjs.train!(start, host);
  const ours = learner(await tfjsPolicy(start.shape, start.weights, host));
  const losses = [];
  for (let k = 0; k < 6; k++) {
    const batch = sequencesOf(start.shape, 4, 12, k % 2);
    losses.push([await plain.step(batch), await ours.step(batch)] as const);
  }
  for (const [theirs, mine] of losses) expect(Math.abs(theirs / mine - 1)).toBeLessThan(1e-5);
  expect(losses[4]![0]).toBeLessThan(losses[0]![0] - 0.01);
  plain.dispose();
  ours.dispose();
});

test("plain tfjs writes with a cache what our policy writes, and leaves no tensor behind", async () => {
  const start = tirelessStart("nano");
  const plain = await plainTfjs.write!(start, host);
  const before = engine().memory().numTensors;
  const prompts = promptsOf(start.shape);
  const theirs = await plain.write(prompts, 6, null);
  await plain.write(prompts, 6, 1);
  expect(engine().memory().numTensors).toBe(before);
  const policy = await tfjsPolicy(start.shape, start.weights, host);
  const key = { seed: 1, stream: 1, step: 1 };
  const { ids } = await policy.sample(prompts, { maxNewTokens: 6, temperature: 0, topP: 1, key });
  expect([...theirs]).toEqual([...ids]);
  plain.dispose();
  policy.dispose();
});
