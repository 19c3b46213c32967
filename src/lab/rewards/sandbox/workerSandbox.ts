import type { SandboxMessage } from "./protocol.ts";
import type { SandboxPort } from "./sandbox.ts";

/** A worker of `main.ts` as a sandbox. */
export function workerSandbox(worker: Worker): SandboxPort {
  return {
    post: (request) => worker.postMessage(request),
    listen(message, died) {
      worker.onmessage = ({ data }: MessageEvent<SandboxMessage>) => message(data);
      worker.onerror = ({ message: why }) => died(why || "it could not be loaded");
    },
    end: () => worker.terminate(),
  };
}
