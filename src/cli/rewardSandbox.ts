import { Worker } from "node:worker_threads";
import type { SandboxPort } from "../lab/rewards/sandbox/sandbox.ts";

/** A thread for functions of one's own: `rewardThread.ts` as it lies in the bundle, beside the program or above its parts. */
export function threadSandbox(): SandboxPort {
  const thread = new Worker(new URL(import.meta.url.replace(/(assets\/)?[^/]*$/, "rewardThread.js")));
  // A run that is over does not wait for it.
  thread.unref();
  return {
    post: (request) => thread.postMessage(request),
    listen(message, died) {
      thread.removeAllListeners();
      thread.on("message", message);
      thread.on("error", (error) => died(error instanceof Error ? error.message : String(error)));
    },
    end: () => void thread.terminate(),
  };
}
