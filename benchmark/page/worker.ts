import { browserThreads } from "../../src/lab/policy/simd/threads.ts";
import { WASM_ADDRESSES } from "../../src/lab/policy/tfjs/wasmAddresses.ts";
import type { SuiteReport, SuiteRequest } from "../report.ts";
import { runSuites } from "../runSuites.ts";

export type FromWorker =
  | { readonly type: "progress"; readonly line: string }
  | { readonly type: "done"; readonly report: SuiteReport }
  | { readonly type: "failed"; readonly message: string };

const scope = self as unknown as DedicatedWorkerGlobalScope;
const post = (message: FromWorker) => scope.postMessage(message);

scope.addEventListener("message", async ({ data }: MessageEvent<SuiteRequest>) => {
  try {
    const pretendCores = (value: number) =>
      void Object.defineProperty(scope.navigator, "hardwareConcurrency", { value, configurable: true });
    const nanogptWorker = async () =>
      new Worker(new URL("../peers/nanogptWorker.ts", import.meta.url), { type: "module" });
    const startThreads = (most: number) => browserThreads(() => performance.now(), most);
    const say = (line: string) => post({ type: "progress", line });
    post({
      type: "done",
      report: await runSuites(data, { wasmPaths: WASM_ADDRESSES, nanogptWorker, pretendCores, startThreads }, say),
    });
  } catch (error) {
    post({ type: "failed", message: error instanceof Error ? error.message : String(error) });
  }
});
