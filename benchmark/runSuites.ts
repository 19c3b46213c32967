import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import { chooseBackend } from "../src/lab/policy/tfjs/backend.ts";
import type { Host } from "./contender.ts";
import { gpuMeter } from "./gpuCounters.ts";
import { objectiveSuite } from "./objectives.ts";
import type { SuiteReport, SuiteRequest } from "./report.ts";
import { roofline } from "./roofline.ts";
import { roundTripMs } from "./roundTrip.ts";
import { rolloutSuite, trainSuite } from "./suites.ts";

/** What Node and a page have each in their own way. */
export interface HostOfPlace extends Pick<Host, "wasmPaths" | "nanogptWorker" | "startThreads"> {
  /** From now on, libraries that ask how many cores there are get this answer. */
  pretendCores(cores: number): void;
}

/** Runs what was asked for in this thread. */
export async function runSuites(
  request: SuiteRequest,
  host: HostOfPlace,
  say: (line: string) => void,
): Promise<SuiteReport> {
  const { suites, sizes, backend, threads, rounds, who } = request;
  // Before any library asks WebGPU for anything.
  const meter = gpuMeter();
  if (backend === "wasm") await startThreads(threads, host);
  const options = { rounds, say, who };
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
  const measured = [];
  for (const size of suites.includes("roofline") ? sizes : []) measured.push({ size, ...(await roofline(size)) });
  const adapter = meter && backend === "webgpu" ? await adapterName() : undefined;
  const roundTrip = meter && backend === "webgpu" && train.length > 0 ? await roundTripMs() : undefined;
  return {
    threads,
    ...(train.length > 0 ? { train } : {}),
    ...(rollout ? { rollout } : {}),
    ...(objective.length > 0 ? { objective } : {}),
    ...(measured.length > 0 ? { roofline: measured } : {}),
    ...(adapter ? { adapter } : {}),
    ...(roundTrip === undefined ? {} : { roundTripMs: roundTrip }),
  };
}

/** tfjs takes half of the cores at most and asks once, at its start; jax-js takes all of them. Both shall have `threads`. */
async function startThreads(threads: number, { wasmPaths, pretendCores }: HostOfPlace): Promise<void> {
  setThreadsCount(threads);
  pretendCores(2 * threads);
  await chooseBackend("wasm", { wasmPaths });
  pretendCores(threads);
}

async function adapterName(): Promise<string | undefined> {
  const info = (await navigator.gpu.requestAdapter())?.info;
  return info && (info.description || [info.vendor, info.architecture, info.device].filter(Boolean).join(" "));
}
