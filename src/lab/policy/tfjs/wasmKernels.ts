import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { getKernel, type KernelFunc, registerKernel, type TensorInfo, util } from "@tensorflow/tfjs-core";

/*
 * Two kernels that tfjs's wasm backend lacks, made of what its module already holds.
 *
 * Its own batched matMul is a scalar loop (3 GFLOP/s), the unbatched one XNNPACK (30–40 GFLOP/s); and its slice first
 * copies the whole of the tensor that it cuts from. Measured with tfjs 4.22 on Node 20.
 */

export const BATCHED_MATMUL = "PolicyBatchedMatMul";
export const CUT = "PolicyCut";

/** Names of the views in the wasm module's table of tensors; tfjs counts its own up from 1. */
const VIEW = { a: 0x7ffffff0, b: 0x7ffffff1, out: 0x7ffffff2 } as const;

type Numbers = (...args: readonly number[]) => void;

interface Calls {
  readonly matMul: Numbers;
  readonly register: Numbers;
  readonly forget: Numbers;
  /** Where the two int32[3] shapes lie that `matMul` reads. */
  readonly shapes: number;
}

/** The parts of Emscripten's module that its own typings leave to a global declaration. */
interface Module {
  readonly HEAPU8: Uint8Array;
  cwrap(name: string, result: null, args: readonly "number"[]): Numbers;
  _malloc(bytes: number): number;
}

const callsOf = new WeakMap<object, Calls>();

/** Adds the kernels; harmless when done twice. */
export function registerWasmKernels(): void {
  if (getKernel(CUT, "wasm")) return;
  const kernels: Readonly<Record<string, (args: never) => TensorInfo>> = {
    [CUT]: cut,
    [BATCHED_MATMUL]: batchedMatMul,
  };
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    // tfjs gives every kernel what its caller gave, and types it as anything.
    registerKernel({ kernelName, backendName: "wasm", kernelFunc: kernel as KernelFunc });
  }
}

interface CutArgs {
  readonly inputs: { readonly x: TensorInfo };
  readonly backend: BackendWasm;
  readonly attrs: { readonly offset: number; readonly shape: number[] };
}

/** A contiguous piece of a tensor, from the element at `offset`. */
function cut({ inputs: { x }, backend, attrs: { offset, shape } }: CutArgs): TensorInfo {
  const out = backend.makeOutput(shape, x.dtype);
  const from = backend.getMemoryOffset(x.dataId) + 4 * offset;
  const bytes = 4 * util.sizeFromShape(shape);
  moduleOf(backend).HEAPU8.copyWithin(backend.getMemoryOffset(out.dataId), from, from + bytes);
  return out;
}

interface MatMulArgs {
  readonly inputs: { readonly a: TensorInfo; readonly b: TensorInfo };
  readonly backend: BackendWasm;
}

/** [G, M, K] · [G, K, N] → [G, M, N]: one XNNPACK product per batch, on views instead of slices. */
function batchedMatMul({ inputs: { a, b }, backend }: MatMulArgs): TensorInfo {
  const [batches, m, k] = a.shape as [number, number, number];
  const n = b.shape[2]!;
  const out = backend.makeOutput([batches, m, n], "float32");
  const { matMul, register, forget, shapes } = callsFor(backend);
  const module = moduleOf(backend);
  new Int32Array(module.HEAPU8.buffer, shapes, 6).set([1, m, k, 1, k, n]);
  let atA = backend.getMemoryOffset(a.dataId);
  let atB = backend.getMemoryOffset(b.dataId);
  let atOut = backend.getMemoryOffset(out.dataId);
  for (let batch = 0; batch < batches; batch++) {
    register(VIEW.a, m * k, atA);
    register(VIEW.b, k * n, atB);
    register(VIEW.out, m * n, atOut);
    matMul(VIEW.a, shapes, 3, VIEW.b, shapes + 12, 3, 0, 0, VIEW.out);
    forget(VIEW.a);
    forget(VIEW.b); // and XNNPACK's packed copy of it
    forget(VIEW.out);
    atA += 4 * m * k;
    atB += 4 * k * n;
    atOut += 4 * m * n;
  }
  return out;
}

function callsFor(backend: BackendWasm): Calls {
  let calls = callsOf.get(backend);
  if (!calls) {
    const module = moduleOf(backend);
    const numbers = (count: number) => Array<"number">(count).fill("number");
    calls = {
      matMul: module.cwrap("BatchMatMul", null, numbers(9)),
      register: module.cwrap("register_tensor", null, numbers(3)),
      forget: module.cwrap("dispose_data", null, numbers(1)),
      shapes: module._malloc(24),
    };
    callsOf.set(backend, calls);
  }
  return calls;
}

function moduleOf(backend: BackendWasm): Module {
  return backend.wasm as typeof backend.wasm & Module;
}
