import { EOS } from "../../tokenizer.ts";
import { PolicyError, type Prompts, type Rollouts, type SampleOptions } from "../policy.ts";
import { type Gpu, megabytes, Usage } from "./device.ts";
import type { Dims } from "./dims.ts";
import { GATES } from "./kernels/draw.ts";
import {
  OPTION_FIELDS,
  rolloutCode,
  rolloutWorkgroupBytes,
  STATE_WORDS,
  TOKENS_PER_DISPATCH,
} from "./kernels/rollout.ts";
import type { Reports } from "./reports.ts";

/** Largest key/value cache; more rows than fit are served in turns. */
const CACHE_BYTES = 2 ** 28;

export interface Sampler {
  /** Compiles what unhinted sampling needs; a policy that cannot sample may still score and learn. */
  compile(): Promise<void>;
  /** `carried`: reports that may ride on the answer, and where their numbers lie. */
  sample(
    prompts: Prompts,
    options: SampleOptions,
    weights: GPUBuffer,
    rope: GPUBuffer,
    carried: { readonly reports: Reports; readonly stats: GPUBuffer } | null,
  ): Promise<Rollouts>;
  forget(weights: GPUBuffer): void;
}

/** Buffers for rollouts of one size, grown when a larger one comes. */
interface Room {
  readonly prompts: GPUBuffer;
  readonly cache: GPUBuffer;
  readonly out: GPUBuffer;
  readonly staging: GPUBuffer;
  readonly groups: Map<GPUBuffer, GPUBindGroup>;
}

export function openSampler(gpu: Gpu, dims: Dims): Sampler {
  const { device } = gpu;
  const layout = device.createBindGroupLayout({
    label: "rollout",
    entries: (
      ["uniform", "read-only-storage", "read-only-storage", "read-only-storage", "storage", "storage"] as const
    ).map((type, binding) => ({ binding, visibility: 0x4, buffer: { type } })),
  });
  const pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [layout] });
  const pipelines = new Map<number, Promise<GPUComputePipeline>>();
  const uniform = gpu.buffer("rollout options", OPTION_FIELDS.length * 4, Usage.uniform | Usage.copyTarget);
  const optionWords = new ArrayBuffer(OPTION_FIELDS.length * 4);
  let room: Room | null = null;

  const allowed = device.limits.maxComputeWorkgroupStorageSize;
  const fits = (streams: number, slots: number) => rolloutWorkgroupBytes(dims, { streams, slots }) <= allowed;
  /** Two slots a workgroup: each weight is loaded once for both, and 32 rows still fill 16 cores. */
  const slotsFor = (streams: number) => (fits(streams, 2) ? 2 : streams);
  const pipelineFor = (streams: number) => {
    let pipeline = pipelines.get(streams);
    if (!pipeline) {
      const slots = slotsFor(streams);
      if (!fits(streams, slots)) {
        const needed = rolloutWorkgroupBytes(dims, { streams, slots });
        throw new PolicyError(
          "limits",
          `sampling needs ${needed} bytes of workgroup memory for this policy, this GPU allows ${allowed}`,
        );
      }
      const code = rolloutCode(dims, { streams, slots, lanes: lanesOf(dims, device.limits) });
      pipeline = gpu.pipeline("rollout", code, pipelineLayout);
      pipelines.set(streams, pipeline);
    }
    return pipeline;
  };

  const roomFor = (promptBytes: number, cacheBytes: number, outBytes: number, stagingBytes: number): Room => {
    const grown = (old: GPUBuffer | undefined, bytes: number) => Math.max(old?.size ?? 0, bytes);
    if (
      room &&
      room.prompts.size >= promptBytes &&
      room.cache.size >= cacheBytes &&
      room.out.size >= outBytes &&
      room.staging.size >= stagingBytes
    ) {
      return room;
    }
    const { storage, copyTarget, copySource, mapRead } = Usage;
    const old = room;
    gpu.allow("key/value cache", cacheBytes);
    for (const buffer of old ? [old.prompts, old.cache, old.out, old.staging] : []) gpu.destroy(buffer);
    room = {
      prompts: gpu.buffer("prompts", grown(old?.prompts, promptBytes), storage | copyTarget),
      cache: gpu.buffer("key/value cache", grown(old?.cache, cacheBytes), storage),
      out: gpu.buffer("rollouts", grown(old?.out, outBytes), storage | copyTarget | copySource),
      staging: gpu.buffer("rollouts read-back", grown(old?.staging, stagingBytes), mapRead | copyTarget),
      groups: new Map(),
    };
    return room;
  };

  return {
    forget(weights) {
      room?.groups.delete(weights);
    },
    async compile() {
      if (fits(1, 1)) await pipelineFor(1);
    },
    async sample(prompts, options, weights, rope, carried) {
      const { maxNewTokens: N, hinted } = options;
      const { rows } = prompts;
      const sources = hinted ? [prompts, hinted.prompts] : [prompts];
      const streams = sources.length;
      const pipeline = await pipelineFor(streams);

      const words = packPrompts(sources);
      const longest = Math.max(...sources.map((source) => source.length - Math.min(...source.starts)));
      const capacity = longest + N;
      const rowBytes = streams * dims.L * capacity * 2 * dims.kv4 * 16;
      const most = Math.min(CACHE_BYTES, device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
      if (rowBytes * slotsFor(streams) > most * streams) {
        throw new PolicyError(
          "limits",
          `one sequence needs a ${megabytes(rowBytes)} key/value cache, at most ${megabytes(most)} can be had`,
        );
      }
      // Rows of a workgroup, and of a turn: whole workgroups.
      const each = slotsFor(streams) / streams;
      const groupsAtMost = Math.min(Math.floor(most / rowBytes / each), device.limits.maxComputeWorkgroupsPerDimension);
      const turn = Math.min(Math.ceil(rows / each), groupsAtMost) * each;
      const perRow = STATE_WORDS + (streams + 2) * N;
      const outBytes = rows * perRow * 4;
      const rides = carried?.reports.waiting ? carried : null;
      const answerBytes = outBytes + (carried?.reports.bytes ?? 0);
      const here = roomFor(words.byteLength, turn * rowBytes, outBytes, answerBytes);
      let group = here.groups.get(weights);
      if (!group) {
        group = gpu.bindGroup(layout, [
          { buffer: uniform },
          { buffer: weights },
          { buffer: rope },
          { buffer: here.prompts },
          { buffer: here.cache },
          { buffer: here.out },
        ]);
        here.groups.set(weights, group);
      }
      device.queue.writeBuffer(here.prompts, 0, words);
      for (let firstRow = 0; firstRow < rows; firstRow += turn) {
        fillOptions(optionWords, options, rows, capacity, firstRow);
        device.queue.writeBuffer(uniform, 0, optionWords);
        gpu.submit("rollouts", (encoder) => {
          if (firstRow === 0) encoder.clearBuffer(here.out, 0, outBytes);
          const pass = encoder.beginComputePass();
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, group);
          for (let i = 0; i < 1 + Math.ceil(N / TOKENS_PER_DISPATCH); i++) {
            pass.dispatchWorkgroups(Math.ceil(Math.min(turn, rows - firstRow) / each));
            gpu.counters.dispatches++;
          }
          pass.end();
          if (firstRow + turn < rows) return;
          encoder.copyBufferToBuffer(here.out, 0, here.staging, 0, outBytes);
          rides?.reports.record(encoder, rides.stats, here.staging, outBytes);
        });
      }
      return gpu.read(here.staging, outBytes + (rides?.reports.bytes ?? 0), (answer) => {
        rides?.reports.settle(answer, outBytes);
        return unpackRollouts(new Int32Array(answer, 0, outBytes / 4), rows, N, streams);
      });
    },
  };
}

/** Threads of a workgroup: one per number of the hidden state, which the longest products are as wide as. */
function lanesOf(
  { c4, H }: Dims,
  { maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX }: GPUSupportedLimits,
): number {
  const wanted = 32 * Math.ceil(Math.max(4 * c4, H) / 32);
  return Math.min(wanted, 256, maxComputeInvocationsPerWorkgroup, maxComputeWorkgroupSizeX);
}

/** Per row and stream (place of the first id, length), then all ids without their padding. */
function packPrompts(sources: readonly Prompts[]): Int32Array<ArrayBuffer> {
  const { rows } = sources[0]!;
  const head = rows * sources.length * 2;
  const total = sources.reduce(
    (sum, { length, starts }) => sum + starts.reduce((n, start) => n + length - start, 0),
    0,
  );
  const words = new Int32Array(head + total);
  let at = head;
  for (let row = 0; row < rows; row++) {
    for (const [stream, { ids, starts, length }] of sources.entries()) {
      const tokens = ids.subarray(row * length + starts[row]!, (row + 1) * length);
      words[(row * sources.length + stream) * 2] = at;
      words[(row * sources.length + stream) * 2 + 1] = tokens.length;
      words.set(tokens, at);
      at += tokens.length;
    }
  }
  return words;
}

function fillOptions(
  words: ArrayBuffer,
  options: SampleOptions,
  rows: number,
  capacity: number,
  firstRow: number,
): void {
  const { key, hinted } = options;
  const values: Record<(typeof OPTION_FIELDS)[number][0], number> = {
    rows,
    firstRow,
    maxNew: options.maxNewTokens,
    capacity,
    temperature: options.temperature,
    topP: options.topP,
    seed: key.seed,
    stream: key.stream,
    step: key.step,
    gate: hinted ? GATES.indexOf(hinted.gate) : 0,
    beta: hinted?.beta ?? 0,
    switchToken: hinted?.switchToken ?? -1,
    eos: EOS,
  };
  const view = new DataView(words);
  for (const [i, [name, type]] of OPTION_FIELDS.entries()) {
    if (type === "f32") view.setFloat32(i * 4, values[name], true);
    else view.setInt32(i * 4, values[name], true); // modulo 2^32: the same bits for u32
  }
}

function unpackRollouts(words: Int32Array, rows: number, N: number, streams: number): Rollouts {
  const perRow = STATE_WORDS + (streams + 2) * N;
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  const ids = new Int32Array(rows * N);
  const logp = new Float32Array(rows * N);
  const entropy = new Float32Array(rows * N);
  const lambda = new Float32Array(rows * N);
  const lengths = new Int32Array(rows);
  const ended = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const at = row * perRow + STATE_WORDS;
    lengths[row] = words[at - STATE_WORDS]!;
    ended[row] = words[at - STATE_WORDS + 1]!;
    ids.set(words.subarray(at, at + N), row * N);
    logp.set(floats.subarray(at + N, at + 2 * N), row * N);
    entropy.set(floats.subarray(at + 2 * N, at + 3 * N), row * N);
    if (streams > 1) lambda.set(floats.subarray(at + 3 * N, at + 4 * N), row * N);
  }
  const rollouts = { rows, length: N, ids, logp, entropy, lengths, ended };
  return streams > 1 ? { ...rollouts, lambda } : rollouts;
}
