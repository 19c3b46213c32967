import { type Threads, usableThreads } from "./team.ts";

/** Worker threads of a browser, where the calling one is itself a worker of a page that is cross-origin isolated. */
export function browserThreads(
  now: () => number,
  most = usableThreads(navigator.hardwareConcurrency),
): Threads | undefined {
  if (!self.crossOriginIsolated || !mayWait()) return undefined;
  return {
    most,
    now,
    start(helper) {
      const worker = new Worker(new URL("./helper.ts", import.meta.url), { type: "module", name: "policy-lab-helper" });
      worker.postMessage(helper);
      return { stop: () => worker.terminate() };
    },
  };
}

/** A page's own thread may not sleep on shared memory. */
function mayWait(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
    return true;
  } catch {
    return false;
  }
}
