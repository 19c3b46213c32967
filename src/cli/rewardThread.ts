import { parentPort } from "node:worker_threads";
import { QuickJsSandbox } from "../lab/rewards/sandbox/quickJs.ts";
import { answering } from "../lab/rewards/sandbox/serve.ts";

/*
 * The thread in which functions of one's own run, a file of its own in the bundle: whoever started it can end it, whatever they do.
 */

const answer = answering(
  () => QuickJsSandbox.open(() => performance.now()),
  (message) => parentPort?.postMessage(message),
);

parentPort?.on("message", (request) => void answer(request));
