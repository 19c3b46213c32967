import { quote } from "../../schema.ts";
import { EOS, PAD } from "../../tokenizer/characters.ts";
import { joinRollouts, type Turn, turnsOfRows } from "../microBatches.ts";
import { type HintedStream, PolicyError, type Prompts, type Rollouts, type SampleOptions } from "../policy.ts";
import type { BatchSizes, BatchTables } from "./batch.ts";
import { tables } from "./pass.ts";
import type { Store } from "./store.ts";

/** The number of a gate in kernels/draw.ts. */
const GATES = { linear: 0, sigmoid: 1, piecewise: 2 } as const satisfies Record<HintedStream["gate"], number>;

/** Completions drawn inside the module, in turns of so many rows that keys, values and activations fit into `bytes`. */
export function sample(
  store: Store,
  prompts: Prompts,
  options: SampleOptions,
  weights: number,
  bytes: number,
): Rollouts {
  const rows = rowsWithin(store, prompts, options, Math.min(bytes, store.room));
  const turns = turnsOfRows(prompts, options, rows);
  return joinRollouts(turns.map((turn) => sampleTurn(store, turn, weights)));
}

/** Rows that fit into so many bytes, one at least. */
function rowsWithin({ kernels }: Store, prompts: Prompts, options: SampleOptions, bytes: number): number {
  const { hinted, maxNewTokens } = options;
  const streams = hinted ? [prompts, hinted.prompts] : [prompts];
  const longest = Math.max(...streams.map(({ length }) => length));
  const slots = streams.length;
  const of = (rows: number) => kernels.planRollout(0, rows, slots, maxNewTokens, rows * slots, longest, 1) >>> 0;
  const fixed = of(0) + kernels.plan(0, 0, 0, 0, longest, 0, 1);
  const each = of(1) + kernels.plan(0, slots * longest, slots, slots, longest, 0, 1) - fixed;
  return Math.max(1, Math.floor((bytes - fixed) / each));
}

/** See kernels/rollout.ts. */
function sampleTurn(store: Store, { first, prompts, options }: Turn, weights: number): Rollouts {
  const { kernels } = store;
  const { maxNewTokens, temperature, topP, key, hinted, end = EOS } = options;
  const streams = hinted ? [prompts, hinted.prompts] : [prompts];
  const { rows } = prompts;
  const { asked, promptOf } = distinct(streams);
  const sizes = sizesOfPrompts(asked);
  // They meet at every position.
  const threads = store.threadsFor("sampling", promptOf.length);
  const plan = [store.arena, rows, streams.length, maxNewTokens, asked.length, sizes.longest, threads] as const;
  const arena = kernels.planRollout(...plan) >>> 0;
  fillTablesOfPrompts(asked, tables(store, sizes, false, Math.ceil(arena / 64) * 64, threads));
  store.words(kernels.promptOfAt(), promptOf.length).set(promptOf);
  const gate = hinted ? gateNumber(hinted.gate) : 0;
  const [beta, switchToken] = [hinted?.beta ?? 0, hinted?.switchToken ?? -1];
  const { seed, stream, step } = key;
  store.run("sampling", promptOf.length, threads, () =>
    kernels.rollout(weights, seed, stream, step, temperature, topP, end, PAD, gate, beta, switchToken, first),
  );
  return read(store, rows, maxNewTokens, hinted !== undefined);
}

/** @throws {PolicyError} kind `input` for a gate that there is not */
function gateNumber(gate: HintedStream["gate"]): number {
  if (Object.hasOwn(GATES, gate)) return GATES[gate];
  throw new PolicyError("input", `gate must be linear, sigmoid or piecewise, got ${quote(gate)}`);
}

function read(store: Store, rows: number, length: number, hinted: boolean): Rollouts {
  const size = rows * length;
  const at = store.kernels.writtenAt();
  const floats = (index: number) => store.floats(at + 4 * index * size, size).slice();
  const counts = store.words(at + 16 * size, 2 * rows);
  return {
    rows,
    length,
    ids: store.words(at, size).slice(),
    logp: floats(1),
    entropy: floats(2),
    lengths: counts.slice(0, rows),
    ended: Uint8Array.from(counts.subarray(rows)),
    ...(hinted ? { lambda: floats(3) } : {}),
  };
}

/** A prompt: row `row` of a stream. */
interface Asked {
  readonly stream: Prompts;
  readonly row: number;
}

/**
 * The prompts of all streams, that of a group of rows next to one another once: what is said of it does not depend on who asks.
 * `promptOf`: by slot, a row's streams beside each other.
 */
function distinct(streams: readonly Prompts[]): { readonly asked: readonly Asked[]; readonly promptOf: Int32Array } {
  const { rows } = streams[0]!;
  const asked: Asked[] = [];
  const promptOf = new Int32Array(rows * streams.length);
  for (let slot = 0; slot < promptOf.length; slot++) {
    const [stream, row] = [streams[slot % streams.length]!, Math.floor(slot / streams.length)];
    const isNew = row === 0 || !isAsBefore(stream, row);
    promptOf[slot] = isNew ? asked.push({ stream, row }) - 1 : promptOf[slot - streams.length]!;
  }
  return { asked, promptOf };
}

function isAsBefore({ length, ids, starts }: Prompts, row: number): boolean {
  if (starts[row] !== starts[row - 1]) return false;
  for (let at = row * length + starts[row]!; at < (row + 1) * length; at++) {
    if (ids[at] !== ids[at - length]) return false;
  }
  return true;
}

/** Every prompt is a sequence of its own; its last token is asked. */
function sizesOfPrompts(asked: readonly Asked[]): BatchSizes {
  let [tokens, longest] = [0, 0];
  for (const { stream, row } of asked) {
    const own = stream.length - stream.starts[row]!;
    tokens += own;
    longest = Math.max(longest, own);
  }
  return { tokens, scored: asked.length, rows: asked.length, longest };
}

function fillTablesOfPrompts(asked: readonly Asked[], to: BatchTables): void {
  let token = 0;
  for (const [index, { stream, row }] of asked.entries()) {
    to.rowStart[index] = token;
    to.rowScored[index] = index;
    token = fillPrompt(stream, row, token, to);
    to.source[index] = token - 1;
    to.sourcePosition[index] = stream.length - 1 - stream.starts[row]!;
    to.next[index] = 0;
    to.scales[index] = 1;
  }
  to.rowStart[asked.length] = token;
  to.rowScored[asked.length] = asked.length;
}

/** Writes a prompt's tokens from place `token` on; answers where they end. */
function fillPrompt({ length, ids, starts }: Prompts, row: number, token: number, to: BatchTables): number {
  const start = starts[row]!;
  for (let t = start; t < length; t++) {
    to.ids[token + t - start] = ids[row * length + t]!;
    to.positions[token + t - start] = t - start;
  }
  return token + length - start;
}
