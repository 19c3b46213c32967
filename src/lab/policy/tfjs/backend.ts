import { engine, env, findBackend, getBackend, type KernelBackend, setBackend } from "@tensorflow/tfjs-core";
import type { BackendName } from "../../policies.ts";
import { quote } from "../../schema.ts";
import { PolicyError } from "../policy.ts";
import { isEmulated } from "../realGpu.ts";
import { registerWasmKernels } from "./wasmKernels.ts";

export interface BackendOptions {
  /** Where the three .wasm files of tfjs lie, by file name: addresses in a browser, paths in Node. */
  readonly wasmPaths?: Readonly<Record<string, string>>;
}

export interface ChosenBackend {
  readonly backend: BackendName;
  /** The adapter, or the kind of WebAssembly, for the badge. */
  readonly device: string;
  /** One sentence: why this one. */
  readonly reason: string;
}

/**
 * Starts a backend of tfjs. `auto`: webgpu where a real GPU answers, else wasm, else cpu. A software adapter is taken
 * only when `webgpu` is asked for by name.
 * @throws {PolicyError} kind `device` when the one asked for cannot start.
 */
export async function chooseBackend(
  preferred: "auto" | BackendName,
  options: BackendOptions = {},
): Promise<ChosenBackend> {
  env().set("PROD", true); // no advice on the console
  if (preferred === "webgpu") return startWebgpu(await adapterOf(), "webgpu was asked for");
  if (preferred === "wasm") return startWasm(options, "wasm was asked for");
  if (preferred === "cpu") return startCpu("cpu was asked for");
  if (preferred !== "auto") {
    throw new PolicyError("input", `backend must be auto, webgpu, wasm or cpu, got ${quote(preferred)}`);
  }
  const adapter = await adapterOf();
  if (adapter && !isEmulated(adapter)) {
    try {
      return await startWebgpu(adapter, "a GPU answered");
    } catch (error) {
      return fallBack(options, `the GPU did not start (${messageOf(error)})`);
    }
  }
  return fallBack(options, adapter ? "the only GPU here is emulated in software" : "no GPU answered");
}

async function fallBack(options: BackendOptions, because: string): Promise<ChosenBackend> {
  try {
    return await startWasm(options, because);
  } catch (error) {
    return startCpu(`${because}, and WebAssembly did not start (${messageOf(error)})`);
  }
}

async function startWebgpu(adapter: GPUAdapter | null, because: string): Promise<ChosenBackend> {
  if (!adapter) throw new PolicyError("device", "webgpu must find a GPU adapter, got none");
  await loaded("webgpu", import("@tensorflow/tfjs-backend-webgpu"));
  // Small tensors would otherwise be computed in JavaScript, and products over 2,000 tokens with float atomics.
  env().set("WEBGPU_CPU_FORWARD", false);
  env().set("WEBGPU_MATMUL_PROGRAM_TYPE", 3);
  await start("webgpu");
  return { backend: "webgpu", device: adapterName(adapter), reason: `The policy runs on WebGPU: ${because}.` };
}

async function startWasm({ wasmPaths }: BackendOptions, because: string): Promise<ChosenBackend> {
  const wasm = await loaded("wasm", import("@tensorflow/tfjs-backend-wasm"));
  try {
    if (wasmPaths && !isStarted("wasm")) wasm.setWasmPaths(wasmPaths);
  } catch (error) {
    throw new PolicyError("device", `wasm must start, got: ${messageOf(error)}`);
  }
  registerWasmKernels();
  await start("wasm");
  const threads = wasm.getThreadsCount();
  const simd = (await env().getAsync("WASM_HAS_SIMD_SUPPORT")) ? "SIMD" : "no SIMD";
  return {
    backend: "wasm",
    device: `WebAssembly, ${simd}, ${threads > 1 ? `${threads} threads` : "1 thread"}`,
    reason: `The policy runs on WebAssembly: ${because}.`,
  };
}

async function startCpu(because: string): Promise<ChosenBackend> {
  await import("@tensorflow/tfjs-backend-cpu");
  await start("cpu");
  return { backend: "cpu", device: "plain JavaScript", reason: `The policy runs in plain JavaScript: ${because}.` };
}

/** A module of tfjs; a file that cannot be fetched is a backend that cannot start. */
async function loaded<T>(backend: BackendName, module: Promise<T>): Promise<T> {
  try {
    return await module;
  } catch (error) {
    throw new PolicyError("device", `${backend} must start, got: ${messageOf(error)}`);
  }
}

async function start(backend: BackendName): Promise<void> {
  let started = false;
  try {
    started = await setBackend(backend);
  } catch (error) {
    throw new PolicyError("device", `${backend} must start, got: ${messageOf(error)}`);
  }
  if (!started) throw new PolicyError("device", `${backend} must start, got a backend that did not`);
}

/** Makes `backend` the one that tfjs computes with. It has been started before, so this takes effect at once. */
export function enterBackend(backend: BackendName): void {
  if (getBackend() !== backend) void setBackend(backend);
}

function isStarted(backend: BackendName): boolean {
  return Object.hasOwn(engine().registry, backend);
}

/** The WebGPU device that tfjs computes on. */
export function webgpuDevice(): GPUDevice {
  return (findBackend("webgpu") as KernelBackend & { readonly device: GPUDevice }).device;
}

async function adapterOf(): Promise<GPUAdapter | null> {
  try {
    return (await globalThis.navigator?.gpu?.requestAdapter({ powerPreference: "high-performance" })) ?? null;
  } catch {
    return null;
  }
}

function adapterName({ info }: GPUAdapter): string {
  return info.description || [info.vendor, info.architecture].filter(Boolean).join(" ") || "an unnamed GPU";
}

function messageOf(error: unknown): string {
  const message = (error as { readonly message?: unknown } | null)?.message;
  return String(message ?? error);
}
