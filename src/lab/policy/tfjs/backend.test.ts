import { getBackend } from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { chooseBackend } from "./backend.ts";
import { wasmPaths } from "./testWasmPaths.ts";

// One process, in this order: tfjs starts a backend once, and remembers a failed one.

it("refuses a backend that does not exist, and webgpu where no adapter answers", async () => {
  await expect(chooseBackend("gpu" as "cpu")).rejects.toThrow('backend must be auto, webgpu, wasm or cpu, got "gpu"');
  await expect(chooseBackend("webgpu")).rejects.toMatchObject({ name: "PolicyError", kind: "device" });
});

it("falls back to plain JavaScript where WebAssembly's files are not, and says why", async () => {
  const nowhere = Object.fromEntries(Object.keys(wasmPaths).map((name) => [name, `/nowhere/${name}`]));
  const { backend, reason } = await chooseBackend("auto", { wasmPaths: nowhere });
  expect(backend).toBe("cpu");
  expect(reason).toMatch(
    /^The policy runs in plain JavaScript: no GPU answered, and WebAssembly did not start \(.+\)\.$/,
  );
  expect(getBackend()).toBe("cpu");
});
