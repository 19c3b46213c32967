import { cpus } from "node:os";
import { boundsOf } from "./bounds.ts";
import { runInChromium } from "./chromium.ts";
import { runInNode } from "./inNode.ts";
import { type BenchOptions, readOptions, USAGE } from "./options.ts";
import { pageSuite } from "./pageSuite.ts";
import { printed } from "./print.ts";
import type { BenchReport, SuiteRequest } from "./report.ts";

/** `npm run bench`. @returns the exit code: 0 whatever the numbers say, 1 where a run failed, 2 for bad options */
export async function main(args: readonly string[], root: string): Promise<number> {
  const say = (line: string) => console.error(`bench: ${line}`);
  if (args.includes("--help")) {
    console.log(USAGE);
    return 0;
  }
  let options: BenchOptions;
  try {
    options = readOptions(args);
  } catch (error) {
    say((error as Error).message);
    return 2;
  }
  try {
    const report = await run(options, root, ["npm run bench --", ...args].join(" "), say);
    console.log(options.json ? JSON.stringify(report) : printed(report));
    return 0;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

async function run(options: BenchOptions, root: string, command: string, say: (line: string) => void) {
  const { suites, sizes, backend, where, rounds, adapter, who } = options;
  const cores = cpus();
  const inLab = suites.filter((suite) => suite !== "page");
  const request: SuiteRequest = {
    ...{ suites: inLab, sizes, backend, rounds, who },
    // In Node the peers have no threads, so that everyone has one unless more are asked for.
    threads: backend === "wasm" ? (options.threads ?? (where === "node" ? 1 : Math.max(1, cores.length >> 1))) : 1,
  };
  const ran =
    inLab.length === 0
      ? undefined
      : where === "node"
        ? await runInNode(root, request, adapter, say)
        : await runInChromium(root, request, adapter, say);
  const page = suites.includes("page") ? await pageSuite(root, adapter, say) : undefined;
  const { threads = 1, adapter: device, ...tables } = ran?.report ?? {};
  const chromium = ran && "version" in ran ? ran.version : page?.version;
  const report: Omit<BenchReport, "bounds"> = {
    command,
    machine: {
      ...{
        where,
        cpu: cores[0]?.model ?? "unknown processor",
        cores: cores.length,
        node: process.versions.node,
        backend,
      },
      threads,
      ...(typeof chromium === "string" ? { chromium } : {}),
      ...(device ? { adapter: device } : {}),
    },
    ...tables,
    ...(page ? { page: page.figures } : {}),
  };
  return { ...report, bounds: boundsOf(report) };
}
