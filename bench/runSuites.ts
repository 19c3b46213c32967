import { getThreadsCount, setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import type { Host } from "./contender.ts";
import { gpuMeter } from "./gpuCounters.ts";
import { objectiveSuite } from "./objectives.ts";
import type { SuiteReport, SuiteRequest } from "./report.ts";
import { rolloutSuite, trainSuite } from "./suites.ts";

/** Runs what was asked for in this thread. */
export async function runSuites(
  request: SuiteRequest,
  host: Pick<Host, "wasmPaths" | "nanogptWorker">,
  say: (line: string) => void,
): Promise<SuiteReport> {
  const { suites, sizes, backend, threads, rounds } = request;
  // Before any library asks WebGPU for anything, and before wasm starts its threads.
  const meter = gpuMeter();
  setThreadsCount(threads);
  const options = { rounds, say };
  const all = { ...host, backend, threads };
  const train = [];
  for (const size of suites.includes("train") ? sizes : [])
    train.push({ size, rows: await trainSuite(size, all, options) });
  const rollout = suites.includes("rollout") ? await rolloutSuite(all, options) : undefined;
  const objective = [];
  for (const size of suites.includes("objective") ? sizes : []) {
    say(`objectives: ${size}`);
    objective.push({ size, rows: objectiveSuite(size, rounds) });
  }
  const adapter = meter && backend === "webgpu" ? await adapterName() : undefined;
  return {
    threads: backend === "wasm" && (train.length > 0 || rollout) ? getThreadsCount() : threads,
    ...(train.length > 0 ? { train } : {}),
    ...(rollout ? { rollout } : {}),
    ...(objective.length > 0 ? { objective } : {}),
    ...(adapter ? { adapter } : {}),
  };
}

async function adapterName(): Promise<string | undefined> {
  const info = (await navigator.gpu.requestAdapter())?.info;
  return info && (info.description || [info.vendor, info.architecture, info.device].filter(Boolean).join(" "));
}
