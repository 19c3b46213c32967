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
  const of = (rows: number) => kernels.planRollout(0, rows, slots, maxNewTokens, longest, 1) >>> 0;
  const fixed = of(0) + kernels.plan(0, 0, 0, 0, longest, 0, 1);
  const each = of(1) + kernels.plan(0, slots * longest, slots, slots, longest, 0, 1) - fixed;
  return Math.max(1, Math.floor((bytes - fixed) / each));
}

/** See kernels/rollout.ts. */
function sampleTurn(store: Store, { first, prompts, options }: Turn, weights: number): Rollouts {
  const { kernels } = store;
  const { maxNewTokens, temperature, topP, key, hinted, end = EOS } = options;
  const streams = hinted ? [prompts, hinted.prompts] : [prompts];
  const sizes = sizesOfPrompts(streams);
  const { rows } = prompts;
  // They meet at every position.
  const threads = store.threadsFor("sampling", sizes.rows);
  const arena = kernels.planRollout(store.arena, rows, streams.length, maxNewTokens, sizes.longest, threads) >>> 0;
  fillTablesOfPrompts(streams, tables(store, sizes, false, Math.ceil(arena / 64) * 64, threads));
  const lengths = store.words(kernels.lengthsAt(), sizes.rows);
  for (let slot = 0; slot < sizes.rows; slot++) {
    const { length, starts } = streams[slot % streams.length]!;
    lengths[slot] = length - starts[Math.floor(slot / streams.length)]!;
  }
  const gate = hinted ? gateNumber(hinted.gate) : 0;
  const [beta, switchToken] = [hinted?.beta ?? 0, hinted?.switchToken ?? -1];
  const { seed, stream, step } = key;
  store.run("sampling", sizes.rows, threads, () =>
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

/** Every row of every stream is a sequence of its own, a row's streams beside each other; its last token is asked. */
function sizesOfPrompts(streams: readonly Prompts[]): BatchSizes {
  const { rows } = streams[0]!;
  const lengths = streams.flatMap(({ length, starts }) => Array.from(starts, (start) => length - start));
  const slots = rows * streams.length;
  return { tokens: lengths.reduce((a, b) => a + b, 0), scored: slots, rows: slots, longest: Math.max(...lengths) };
}

function fillTablesOfPrompts(streams: readonly Prompts[], to: BatchTables): void {
  let [token, slot] = [0, 0];
  for (let row = 0; row < streams[0]!.rows; row++) {
    for (const { length, ids, starts } of streams) {
      const start = starts[row]!;
      to.rowStart[slot] = token;
      to.rowScored[slot] = slot;
      for (let t = start; t < length; t++, token++) {
        to.ids[token] = ids[row * length + t]!;
        to.positions[token] = t - start;
      }
      to.source[slot] = token - 1;
      to.sourcePosition[slot] = length - 1 - start;
      to.next[slot] = 0;
      to.scales[slot] = 1;
      slot++;
    }
  }
  to.rowStart[slot] = token;
  to.rowScored[slot] = slot;
}
