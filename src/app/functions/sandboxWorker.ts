import sandboxUrl from "../../lab/rewards/sandbox/main.ts?worker&url";
import { startWorker } from "../startWorker.ts";

/** The address of the worker in which reward functions run, for the worker that trains. */
export function sandboxAddress(): string {
  return new URL(sandboxUrl, document.baseURI).href;
}

/** Such a worker of the page's own. */
export function startSandbox(): Worker {
  return startWorker(sandboxUrl, "policy-lab-reward");
}
