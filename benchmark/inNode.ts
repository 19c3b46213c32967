import { Worker as Thread } from "node:worker_threads";
import { allowRelaxedSimd } from "../src/lab/policy/simd/relaxedSimd.node.ts";
import { nodeThreads } from "../src/lab/policy/simd/threads.node.ts";
import { wasmFilesIn } from "../src/lab/policy/tfjs/wasmFiles.ts";
import { type AdapterKind, FINE_TIMES, NOTHING } from "./options.ts";
import type { SuiteReport, SuiteRequest } from "./report.ts";
import { runSuites } from "./runSuites.ts";

/** Runs the suites in this process. Of everyone only our SIMD kernels have threads in Node. */
export async function runInNode(
  root: string,
  request: SuiteRequest,
  adapter: AdapterKind,
  say: (line: string) => void,
): Promise<{ readonly report: SuiteReport }> {
  if (request.backend === "webgpu") await provideWebGpu(adapter === "none");
  allowRelaxedSimd();
  const startThreads = (most: number) => nodeThreads(() => performance.now(), most);
  const host = { wasmPaths: wasmFilesIn(root), nanogptWorker, pretendCores: () => undefined, startThreads };
  const report = await runSuites(request, host, say);
  return { report: adapter === "none" ? withoutNumbers(report) : report };
}

/** Of a GPU that computes nothing: what it said of itself and of the policy is whatever lay in its memory. */
function withoutNumbers({ roundTripMs: _, train, rollout, ...report }: SuiteReport): SuiteReport {
  return {
    ...report,
    adapter: NOTHING,
    ...(train && {
      train: train.map(({ size, rows }) => ({
        size,
        rows: rows.map(({ firstLoss: _, lossDifference: __, kernelMs: ___, ...row }) => row),
      })),
    }),
    ...(rollout && { rollout: rollout.map(({ sameGreedy: _, ...row }) => row) }),
  };
}

/** Puts the optional package's WebGPU where a browser has it. */
async function provideWebGpu(isEmpty: boolean): Promise<void> {
  const { openNodeGpu } = await import("../src/lab/policy/wgsl/device/nodeGpu.ts");
  const opened = await openNodeGpu(isEmpty ? [FINE_TIMES, "backend=null"] : [FINE_TIMES]);
  if (!opened.gpu) throw new Error(`--backend webgpu must find an adapter in Node, got none: ${opened.reason}`);
  Object.assign(globalThis, opened.globals);
  // Node 20 has no navigator.
  const navigator = globalThis.navigator ?? {};
  Object.defineProperty(navigator, "gpu", { value: opened.gpu, configurable: true });
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
}

/** Tries to load the package in a thread of its own, so that the reason given is the one of today. */
function nanogptWorker(): Promise<Worker> {
  const source = `import("@genai-fi/nanogpt").then(
    () => process.exit(0),
    (error) => { throw new Error(error.message, { cause: error }); },
  );`;
  return new Promise((_, reject) => {
    const thread = new Thread(source, { eval: true });
    thread.on("error", (error) => reject(new Error(`it does not load in Node: ${error.message}`)));
    thread.on("exit", () => reject(new Error("it is measured in Chromium only: its trainer wants a browser's worker")));
  });
}
