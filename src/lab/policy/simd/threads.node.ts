import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { type Threads, usableThreads } from "./team.ts";

/** As in helper.ts. A text, since a bundle for Node has no second file. */
const HELPER = `
const { module, memory, shape, tables, team } = require("node:worker_threads").workerData;
const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;
kernels.setShape(...shape);
kernels.setTables(...tables);
kernels.setTeam(...team);
try {
  while (kernels.help());
} catch {
  kernels.reportFailure();
}
`;

/** Worker threads of Node. They keep no process alive. */
export function nodeThreads(now: () => number, most = usableThreads(availableParallelism())): Threads {
  return {
    most,
    now,
    start(helper) {
      const worker = new Worker(HELPER, { eval: true, workerData: helper });
      worker.unref();
      // Its work falls to the others.
      worker.on("error", () => undefined);
      return { stop: () => worker.terminate() };
    },
  };
}
