import { bytesToKeep } from "../activationBytes.ts";
import { PolicyError } from "../policy.ts";
import { OutOfMemory } from "../workMemory.ts";
import type { BatchSizes } from "./batch.ts";
import type { Kernels } from "./module.ts";
import { aligned } from "./store.ts";

/*
 * What the arena has room for. The module counts bytes in 32 bits, which wrap: whatever may be larger is worked out here before
 * the module is asked.
 */

/** The part of a policy's memory that every request lays out anew. */
export interface Arena {
  /** Where it begins. */
  readonly arena: number;
  /** Bytes that it can ever have. */
  readonly room: number;
  /** C */
  readonly width: number;
  readonly kernels: Pick<Kernels, "plan">;
}

const ADDRESSES = 2 ** 32;
/** A plan of so small a part of a batch does not wrap where the whole may. */
const PARTS = 64;

/**
 * Lays out an arena for a batch from `base`, for so many `threads`, and answers where it ends.
 * @throws {OutOfMemory} where that is beyond what the module can count
 */
export function layOut(
  { arena, kernels }: Arena,
  { tokens, scored, rows, longest }: BatchSizes,
  training: boolean,
  base: number,
  threads: number,
): number {
  const plan = (parts: number) => {
    const part = (count: number) => Math.ceil(count * parts);
    const kind = training ? 1 : 0;
    return kernels.plan(base, part(tokens), part(scored), part(rows), longest, kind, threads) >>> 0;
  };
  const refuse = (end: number) => {
    if (end > ADDRESSES) throw new OutOfMemory("the policy", end - arena);
  };
  refuse(base + threads * tileBytes(longest));
  const fixed = plan(0);
  refuse(fixed + PARTS * (plan(1 / PARTS) - fixed));
  return plan(1);
}

/** Tokens of which the activations fit into so many bytes, in rows of at most `longest`; less than 1 where no row does. */
export function tokensWithin({ kernels }: Arena, longest: number, bytes: number, training: boolean): number {
  if (tileBytes(longest) > bytes) return 0;
  const some = 16;
  const plan = (tokens: number) => kernels.plan(0, tokens, tokens, tokens, longest, training ? 1 : 0, 1) >>> 0;
  const fixed = plan(0);
  return Math.floor(((bytes - fixed) * some) / (plan(some) - fixed));
}

/** What a thread keeps of attention: two weights for each pair of tokens of a row. */
const tileBytes = (longest: number) => 8 * longest ** 2;

/** @throws {PolicyError} kind `limits` where one row of so many tokens leaves no room for what its gradient keeps */
export function checkRow(store: Arena, length: number): void {
  const most = tokensWithin(store, length, store.room, true);
  if (most >= length) return;
  throw new PolicyError(
    "limits",
    `a row must have at most ${Math.max(0, most)} tokens, which is what there is memory for beside this policy, got ${length}`,
  );
}

/** Where micro-batches lie whose gradients are summed up. */
interface MicroPlace {
  /** Where the arena of each begins: behind the ids [all] and the embedded gradients [all, C] of all their tokens. */
  readonly base: number;
  /** Tokens of each at most, where no row is longer. */
  readonly tokens: number;
}

/**
 * The place of micro-batches of so many tokens in `all`: within so many bytes with the ids and embedded gradients, as far as
 * these leave half of the bytes.
 * @throws {PolicyError} kind `limits` where there is no room for these and a row
 */
export function microPlace(store: Arena, { tokens: all, longest }: BatchSizes, bytes: number): MicroPlace {
  const kept = bytesToKeep(store.width);
  const later = aligned(kept * all);
  if (tokensWithin(store, longest, store.room - later, true) < longest) {
    const row = layOut(store, { tokens: longest, scored: longest, rows: longest, longest }, true, 0, 1);
    const most = Math.max(0, Math.floor((store.room - row) / kept));
    throw new PolicyError(
      "limits",
      `an update must have at most ${most} tokens, which is what there is memory for beside this policy, got ${all}`,
    );
  }
  const own = Math.min(Math.max(bytes - later, bytes / 2), store.room - later);
  return { base: store.arena + later, tokens: tokensWithin(store, longest, own, true) };
}
