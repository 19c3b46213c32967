import type { SuiteReport, SuiteRequest } from "../report.ts";
import type { FromWorker } from "./worker.ts";

declare global {
  interface Window {
    /** Called from outside. Progress goes to the console. @throws {Error} as the worker does */
    runBenchmark(request: SuiteRequest): Promise<SuiteReport>;
  }
}

window.runBenchmark = (request) => {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.type === "progress") console.info(`bench: ${data.line}`);
      else if (data.type === "done") resolve(data.report);
      else reject(new Error(data.message));
    };
    worker.onerror = (event) => reject(new Error(event.message || "the benchmark's worker did not start"));
    worker.postMessage(request);
  });
};
