import { expect, it, vi } from "vitest";
import { openPolicy } from "./open.ts";
import { freshState } from "./policy.ts";
import { hasRealGpu } from "./realGpu.ts";
import { canFuse } from "./simd/module.ts";
import { allowRelaxedSimd } from "./simd/relaxedSimd.node.ts";
import { SHAPES, testWeights } from "./testing/parity.ts";
import { wasmPaths } from "./tfjs/testWasmPaths.ts";

// Node has no WebGPU, as a machine without a GPU.
const state = freshState(SHAPES.nano!, testWeights(SHAPES.nano!));

const opened = async (options: Partial<Parameters<typeof openPolicy>[1]>) => {
  const { policy, reason } = await openPolicy(state, { policy: "auto", backend: "auto", wasmPaths, ...options });
  const { implementation, backend } = policy.info;
  policy.dispose();
  return { made: `${implementation}/${backend}`, reason };
};

// With fused multiply-adds where the processor and the engine have them.
const SIMD = /^simd(-fused)?\/wasm$/;

it("takes the SIMD kernels wherever WebGPU is not real, and says why", async () => {
  const { made, reason } = await opened({});
  expect(made).toMatch(SIMD);
  expect(reason).toMatch(/^The policy runs on WebAssembly SIMD: no GPU adapter can be had.*\.$/);
  expect((await opened({ backend: "wasm" })).made).toMatch(SIMD);
  expect((await opened({ policy: "simd" })).made).toBe("simd/wasm");
});

it("takes the SIMD kernels where a GPU answers and neither the WebGPU kernels nor tfjs start on it, and says why", async () => {
  const adapter = {
    info: { vendor: "nvidia", architecture: "hopper", description: "" },
    features: new Set<string>(),
    limits: {},
    requestDevice: () => Promise.reject(new Error("the driver gave up")),
  };
  vi.stubGlobal("navigator", { gpu: { requestAdapter: async () => adapter } });
  const { made, reason } = await opened({}).finally(() => vi.unstubAllGlobals());
  expect(made).toMatch(SIMD);
  expect(reason).toMatch(/^The policy runs on WebAssembly SIMD: .*and webgpu must start, got.*\.$/);
});

it("does a run again on the implementation that made it", async () => {
  expect((await opened({ replays: "tfjs/wasm" })).made).toBe("tfjs/wasm");
  expect((await opened({ backend: "wasm", replays: "tfjs/wasm" })).made).toBe("tfjs/wasm");
  expect((await opened({ replays: "simd/wasm" })).made).toBe("simd/wasm");
  expect((await opened({ replays: "wgsl/webgpu" })).made).toMatch(SIMD);
});

it("takes what is asked for by name, whatever was replayed", async () => {
  expect((await opened({ policy: "simd", replays: "tfjs/wasm" })).made).toBe("simd/wasm");
  expect((await opened({ policy: "tfjs", backend: "wasm" })).made).toBe("tfjs/wasm");
  expect((await opened({ backend: "cpu" })).made).toBe("tfjs/cpu");
  await expect(opened({ policy: "simd", backend: "cpu" })).rejects.toThrow(
    "The SIMD policy runs on wasm alone, got backend cpu.",
  );
});

it("takes fused multiply-adds where they can be had, unless the run was made without", async () => {
  allowRelaxedSimd();
  const best = (await canFuse()) ? "simd-fused/wasm" : "simd/wasm";
  expect((await opened({})).made).toBe(best);
  expect((await opened({ replays: "simd-fused/wasm" })).made).toBe(best);
  expect((await opened({ replays: "simd/wasm" })).made).toBe("simd/wasm");
  const named = opened({ policy: "simd-fused" });
  if (best === "simd-fused/wasm") expect((await named).made).toBe(best);
  else await expect(named).rejects.toThrow("simd-fused must find multiply-adds that are rounded once, got none here.");
});

it("tells a GPU from its emulation", async () => {
  const offering = (info: object) => ({ requestAdapter: async () => ({ info }) }) as unknown as GPU;
  expect(await hasRealGpu(undefined)).toBe(false);
  expect(await hasRealGpu(offering({ vendor: "nvidia", architecture: "hopper", description: "" }))).toBe(true);
  expect(await hasRealGpu(offering({ vendor: "google", architecture: "swiftshader", description: "" }))).toBe(false);
  const failing = { requestAdapter: () => Promise.reject(new Error("gone")) } as unknown as GPU;
  expect(await hasRealGpu(failing)).toBe(false);
});
