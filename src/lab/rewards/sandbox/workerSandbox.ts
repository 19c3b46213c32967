import type { SandboxMessage } from "./protocol.ts";
import type { SandboxPort } from "./sandbox.ts";

/** A worker of `main.ts` as a sandbox. */
function workerSandbox(worker: Worker): SandboxPort {
  return {
    post: (request) => worker.postMessage(request),
    listen(message, died) {
      worker.onmessage = ({ data }: MessageEvent<SandboxMessage>) => message(data);
      worker.onerror = ({ message: why }) => died(why || "it could not be loaded");
    },
    end: () => worker.terminate(),
  };
}

const starts = new Map<string, () => SandboxPort>();

/** How a sandbox is started from the address of `main.ts`: the same function for the same address, for it stands for one sandbox. */
export function sandboxAt(address: string): () => SandboxPort {
  const known = starts.get(address);
  if (known) return known;
  const start = () => workerSandbox(new Worker(address, { type: "module", name: "policy-lab-reward" }));
  starts.set(address, start);
  return start;
}
