import type { Kernels } from "./module.ts";
import type { HelperStart } from "./team.ts";

/*
 * A helper thread in a browser; see team.ts. The same in Node is in threads.node.ts.
 */

type Helping = Pick<Kernels, "setShape" | "setTables" | "setTeam" | "help" | "reportFailure">;

self.addEventListener("message", ({ data: { module, memory, shape, tables, team } }: MessageEvent<HelperStart>) => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const kernels = exports as typeof exports & Helping;
  kernels.setShape(...shape);
  kernels.setTables(...tables);
  kernels.setTeam(...team);
  try {
    while (kernels.help());
  } catch {
    kernels.reportFailure();
  }
  self.close();
});
