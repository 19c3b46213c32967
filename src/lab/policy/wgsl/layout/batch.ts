import type { Sequences, TokenCredit, TokenScores } from "../../policy.ts";

/*
 * How sequences lie on the GPU: padding-free. Every row is stripped of its left padding and of its last token (which is
 * only a target), the rows of all batches lie one after another: N tokens. S of them are scored. The numbers never depend
 * on how much room the buffers have, so a policy that has grown computes the same bits as a fresh one.
 */

/** Words before the token tables, one uniform slot of 256 bytes. */
export const HEADER_WORDS = 64;

/** Header fields in the order of WGSL's `Batch` struct. Table fields are word offsets behind the header. */
export const HEADER_FIELDS = [
  "tokens", // N
  "scored", // S
  "ids", // [N]
  "first", // [N] index of the row's first token
  "end", // [N] index behind the row's last token
  "slot", // [N] place among the scored tokens, -1 for none
  "source", // [S] index of the scored token
  "next", // [S] id of the next token
  "scale", // [S] 1/temperature, as float bits
  "order", // [N] token indices sorted by id
  "bucket", // [V + 1] where each id's tokens begin in `order`
  "mark", // what the answer must carry
  // Of a micro-batch: tokens and scored tokens before it and of all, and how many of each id [V] there are.
  "before",
  "all",
  "scoredBefore",
  "scoredAll",
  "idsBefore",
  "idsAll",
] as const;

export interface PackedBatch {
  /** Header and tables, ready for one upload. A view of a reused buffer. */
  readonly words: Int32Array<ArrayBuffer>;
  readonly tokens: number;
  readonly scored: number;
  /** Tokens of all micro-batches that this is one of. */
  readonly all: number;
  readonly mark: number;
  /** Of every batch, the places `row · T + t` of its scored tokens, in packed order. Of "training" inputs only. */
  readonly places: readonly Int32Array[];
}

/** Words that a batch of `tokens` tokens takes at most. */
export function packedWords(tokens: number, vocabSize: number): number {
  return HEADER_WORDS + 8 * tokens + 3 * vocabSize + 1;
}

/** N: tokens that go through the decoder. */
export function countTokens(batches: readonly Sequences[], inputs: "training" | "all"): number {
  let tokens = 0;
  for (const { rows, length, starts } of batches) {
    if (inputs === "all") tokens += rows * length;
    else for (let row = 0; row < rows; row++) tokens += Math.max(0, length - 1 - starts[row]!);
  }
  return tokens;
}

/**
 * Writes the batches into `words` (large enough, see {@link packedWords}).
 * `inputs: "all"` keeps the last token of every row and asks for the logits of every token; a padding token speaks as a
 * sequence of its own. `among`: of a micro-batch, where its sums go on from.
 */
export function packBatch(
  batches: readonly Sequences[],
  vocabSize: number,
  inputs: "training" | "all",
  words: Int32Array<ArrayBuffer>,
  mark: number,
  among?: Among,
): PackedBatch {
  const N = countTokens(batches, inputs);
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  const at = HEADER_WORDS;
  const [ids, first, end, slot] = [at, at + N, at + 2 * N, at + 3 * N];
  const [source, next, scale, order] = [at + 4 * N, at + 5 * N, at + 6 * N, at + 7 * N];
  const bucket = at + 8 * N;
  words.fill(0, bucket, bucket + vocabSize + 1);

  let token = 0;
  let scored = 0;
  const places: Int32Array[] = [];
  for (const { rows, length, ids: rowIds, starts, mask, temperature = 1 } of batches) {
    const T = length - 1;
    const own = new Int32Array(inputs === "all" ? 0 : rows * T);
    const before = scored;
    const last = inputs === "all" ? length : T;
    for (let row = 0; row < rows; row++) {
      const start = starts[row]!;
      const from = inputs === "all" ? token + start : token;
      const to = from + Math.max(0, last - start);
      for (let t = inputs === "all" ? 0 : start; t < last; t++, token++) {
        const id = rowIds[row * length + t]!;
        words[ids + token] = id;
        words[first + token] = t < start ? token : from;
        words[end + token] = t < start ? token + 1 : to;
        words[bucket + id + 1]!++;
        if (inputs === "all" || mask[row * T + t] !== 0) {
          words[slot + token] = scored;
          words[source + scored] = token;
          words[next + scored] = inputs === "all" ? 0 : rowIds[row * length + t + 1]!;
          floats[scale + scored] = 1 / temperature;
          if (inputs === "training") own[scored - before] = row * T + t;
          scored++;
        } else {
          words[slot + token] = -1;
        }
      }
    }
    places.push(own.subarray(0, scored - before));
  }
  sortById(words, { ids, order, bucket }, N, vocabSize);

  const idsBefore = bucket + vocabSize + 1;
  const idsAll = idsBefore + vocabSize;
  const tables = { ids, first, end, slot, source, next, scale, order, bucket, idsBefore, idsAll };
  const all = among?.all ?? N;
  writeHeader(words, tables, { tokens: N, scored, mark, ...placeOf(N, scored, among) });
  words.set(among?.idsBefore ?? [], idsBefore);
  words.set(among?.idsAll ?? [], idsAll);
  const used = among ? idsAll + vocabSize : idsBefore;
  return { words: words.subarray(0, used), tokens: N, scored, all, mark, places };
}

type Place = Pick<Among, "before" | "all" | "scoredBefore" | "scoredAll">;

/** A batch that is no micro-batch is all that there is. */
function placeOf(tokens: number, scored: number, among: Among | undefined): Place {
  if (!among) return { before: 0, all: tokens, scoredBefore: 0, scoredAll: scored };
  const { before, all, scoredBefore, scoredAll } = among;
  return { before, all, scoredBefore, scoredAll };
}

/** Numbers as they are, tables by where they begin behind the header. */
function writeHeader(
  words: Int32Array,
  tables: Readonly<Record<string, number>>,
  numbers: Readonly<Record<string, number>>,
): void {
  for (const [field, name] of HEADER_FIELDS.entries()) words[field] = numbers[name] ?? tables[name]! - HEADER_WORDS;
}

/** What of a whole batch a micro-batch must know, so that its sums go on where those before it ended. */
export interface Among {
  readonly before: number;
  readonly all: number;
  readonly scoredBefore: number;
  readonly scoredAll: number;
  readonly idsBefore: Int32Array; // [V]
  readonly idsAll: Int32Array; // [V]
}

/** Of each micro-batch of training inputs, what it must know of the others. */
export function amongOthers(micro: readonly (readonly Sequences[])[], vocabSize: number): Among[] {
  const counts = micro.map((batches) => countIds(batches, vocabSize));
  const sum = (ids: Int32Array, more: Int32Array) => ids.map((count, id) => count + more[id]!);
  const none = { tokens: 0, scored: 0, ids: new Int32Array(vocabSize) };
  const upTo = [none];
  for (const { tokens, scored, ids } of counts) {
    const last = upTo.at(-1)!;
    upTo.push({ tokens: last.tokens + tokens, scored: last.scored + scored, ids: sum(last.ids, ids) });
  }
  const { tokens: all, scored: scoredAll, ids: idsAll } = upTo.at(-1)!;
  return micro.map((_, index) => {
    const { tokens: before, scored: scoredBefore, ids: idsBefore } = upTo[index]!;
    return { before, all, scoredBefore, scoredAll, idsBefore, idsAll };
  });
}

function countIds(batches: readonly Sequences[], vocabSize: number) {
  const ids = new Int32Array(vocabSize);
  let [tokens, scored] = [0, 0];
  for (const { rows, length, ids: rowIds, starts, mask } of batches) {
    for (let row = 0; row < rows; row++) {
      for (let t = starts[row]!; t < length - 1; t++, tokens++) {
        ids[rowIds[row * length + t]!]!++;
        if (mask[row * (length - 1) + t] !== 0) scored++;
      }
    }
  }
  return { tokens, scored, ids };
}

/**
 * Fills `order` with the N tokens sorted by id, and `bucket`, which holds each id's count at id + 1, with where they begin: a
 * counting sort. The gradient of an embedding row is a sum over its tokens in order, so it is deterministic.
 */
function sortById(
  words: Int32Array,
  { ids, order, bucket }: Readonly<Record<"ids" | "order" | "bucket", number>>,
  N: number,
  vocabSize: number,
): void {
  for (let id = 0; id < vocabSize; id++) words[bucket + id + 1]! += words[bucket + id]!;
  for (let n = N - 1; n >= 0; n--) {
    // Filled from behind: afterwards bucket[id + 1] holds where id begins, so the table is shifted back by one.
    const id = words[ids + n]!;
    words[order + --words[bucket + id + 1]!] = n;
  }
  for (let id = 0; id < vocabSize; id++) words[bucket + id] = words[bucket + id + 1]!;
  words[bucket + vocabSize] = N;
}

/** Scores of nothing yet, [B, T] each: made before they are known, so that nothing but filling is left to do then. */
export function blankScores(batches: readonly Sequences[]): TokenScores[] {
  return batches.map(({ rows, length }) => {
    const size = rows * (length - 1);
    const block = new Float32Array(4 * size);
    return {
      logp: block.subarray(0, size),
      entropy: block.subarray(size, 2 * size),
      varentropy: block.subarray(2 * size, 3 * size),
      meanLogp: block.subarray(3 * size),
    };
  });
}

/** Puts [S, 4] (logp, entropy, varentropy, meanLogp) where the scored tokens of each batch are. */
export function fillScores(places: readonly Int32Array[], packed: Float32Array, scores: readonly TokenScores[]): void {
  let at = 0;
  for (let index = 0; index < places.length; index++) {
    const own = places[index]!;
    const { logp, entropy, varentropy, meanLogp } = scores[index]!;
    for (let s = 0; s < own.length; s++, at += 4) {
      const place = own[s]!;
      logp[place] = packed[at]!;
      entropy[place] = packed[at + 1]!;
      varentropy[place] = packed[at + 2]!;
      meanLogp[place] = packed[at + 3]!;
    }
  }
}

/** From [B, T] credits to [S, 4] (dLogp, dEntropy, dMeanLogp, 0); returns the floats written. */
export function packCredits(
  places: readonly Int32Array[],
  credits: readonly TokenCredit[],
  packed: Float32Array,
): number {
  let at = 0;
  for (let index = 0; index < places.length; index++) {
    const own = places[index]!;
    const { dLogp, dEntropy, dMeanLogp } = credits[index]!;
    for (let s = 0; s < own.length; s++, at += 4) {
      const place = own[s]!;
      packed[at] = dLogp[place]!;
      packed[at + 1] = dEntropy ? dEntropy[place]! : 0;
      packed[at + 2] = dMeanLogp ? dMeanLogp[place]! : 0;
      packed[at + 3] = 0;
    }
  }
  return at;
}
