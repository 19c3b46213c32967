import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunConfig } from "../lab/experiment/config.ts";
import { longestRowOf } from "../lab/experiment/demand.ts";
import { BACKEND_NAMES, POLICY_NAMES } from "../lab/policies.ts";
import { type OpenedPolicy, openPolicy } from "../lab/policy/open.ts";
import type { PolicyState } from "../lab/policy/policy.ts";
import { allowRelaxedSimd } from "../lab/policy/simd/relaxedSimd.node.ts";
import { nodeThreads } from "../lab/policy/simd/threads.node.ts";
import { wasmFilesIn } from "../lab/policy/tfjs/wasmFiles.ts";
import { openNodeGpu } from "../lab/policy/wgsl/device/nodeGpu.ts";
import { provideSandbox } from "../lab/rewards/sandbox/sandbox.ts";
import { taskById } from "../lab/tasks/index.ts";
import { vocabularyHere } from "../lab/train/shippedVocabulary.ts";
import { startingState } from "../lab/train/startingState.ts";
import { InputError, type Io, type ParsedArgs } from "./command.ts";
import { threadSandbox } from "./rewardSandbox.ts";

/** Options that choose what computes, shared by the commands that run a policy. */
export const ENGINE_OPTIONS = {
  policy: {
    type: "text",
    value: POLICY_NAMES.join("|"),
    help: "which implementation; the fastest that works otherwise",
  },
  backend: { type: "text", value: BACKEND_NAMES.join("|"), help: "where it computes" },
} as const;

/**
 * Opens a policy with this state in Node. `replays`: what made the run that is done again, e.g. `tfjs/wasm`. `config`: that it
 * is to train.
 * @throws {InputError} for options that name nothing, {PolicyError} where there is no room for a row of the run
 */
export async function openInNode(
  state: PolicyState,
  args: ParsedArgs,
  io: Io,
  { replays, config }: { readonly replays?: string | undefined; readonly config?: RunConfig } = {},
): Promise<OpenedPolicy> {
  provideSandbox(threadSandbox);
  const policy = oneOf("policy", args.text("policy"), ["auto", ...POLICY_NAMES]);
  const backend = oneOf("backend", args.text("backend"), ["auto", ...BACKEND_NAMES]);
  if (backend === "webgpu" || policy === "wgsl") await provideWebGpu();
  allowRelaxedSimd();
  return openPolicy(state, {
    ...{ policy, backend, replays, wasmPaths: wasmFilesIn(io.root) },
    threads: nodeThreads(() => performance.now()),
    longestRow: config && longestRowOf(config),
    onNotice: (sentence) => io.err(sentence),
  });
}

/** The state an experiment starts from, native checkpoints read from the repository. */
export function startingStateInNode(config: RunConfig, io: Io): Promise<PolicyState> {
  return startingState(config, shippedFiles(io));
}

/** Reads what a task's texts are read by, where it is a shipped vocabulary: before anything of them is read. */
export function vocabularyInNode(task: string, io: Pick<Io, "root">): Promise<void> {
  return vocabularyHere(taskById(task), shippedFiles(io));
}

const shippedFiles = (io: Pick<Io, "root">) => async (file: string, command: string) => {
  const path = join(io.root, "public/checkpoints", file);
  try {
    return new Uint8Array(await readFile(path));
  } catch {
    throw new InputError(`a shipped file must be at ${path}, got none: make it with ${command}.`);
  }
};

/** Puts the optional package's WebGPU where a browser has it. */
async function provideWebGpu(): Promise<void> {
  if (globalThis.navigator?.gpu) return;
  const found = await openNodeGpu();
  if (!found.gpu) throw new InputError(`webgpu cannot be had here: ${found.reason}.`);
  Object.assign(globalThis, found.globals);
  // Node 20 has no navigator; newer ones have one without gpu.
  if (!globalThis.navigator) Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  Object.defineProperty(globalThis.navigator, "gpu", { value: found.gpu, configurable: true });
}

function oneOf<const V extends string>(name: string, given: string | undefined, values: readonly V[]): V | "auto" {
  if (given === undefined) return "auto";
  const value = values.find((candidate) => candidate === given);
  if (value) return value;
  throw new InputError(`--${name} must be one of ${values.join(", ")}, got "${given}".`);
}
