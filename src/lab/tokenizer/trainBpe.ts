import { BYTES } from "./bytes.ts";

/** A byte-level BPE vocabulary: an alphabet, and pairs to join, the most frequent first. */
export interface Bpe {
  /** Single bytes of printable ASCII, as byte-level vocabularies write them. */
  readonly alphabet: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
}

/** Where byte-level vocabularies cut a text before they join bytes: a word takes the space in front of it along (GPT-2's pattern). */
const PIECES = /'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

const CHARACTER_OF = new Map([...BYTES].map(([character, byte]) => [byte, character]));
const ASCII = Array.from({ length: 95 }, (_, at) => CHARACTER_OF.get(32 + at)!);

/** A piece of the corpus as it stands after the merges so far, and how often it occurs. */
interface Piece {
  parts: readonly string[];
  readonly count: number;
}

/**
 * Learns a vocabulary of `size` tokens, alphabet included, from texts of printable ASCII: joins the pair of neighbours that occurs most
 * often, again and again (Sennrich et al., arXiv 1508.07909). Of pairs that occur equally often the first in order of code points is
 * taken. Fewer tokens where nothing is left to join.
 */
export function trainBpe(texts: Iterable<string>, size: number): Bpe {
  const pieces = piecesOf(texts);
  const merges: [string, string][] = [];
  while (ASCII.length + merges.length < size) {
    const pair = mostFrequent(pieces);
    if (!pair) break;
    merges.push(pair);
    for (const piece of pieces) piece.parts = joined(piece.parts, pair);
  }
  return { alphabet: ASCII, merges };
}

function piecesOf(texts: Iterable<string>): Piece[] {
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const [piece] of text.matchAll(PIECES)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  return [...counts].map(([piece, count]) => ({
    parts: Array.from(new TextEncoder().encode(piece), (byte) => CHARACTER_OF.get(byte)!),
    count,
  }));
}

function mostFrequent(pieces: readonly Piece[]): [string, string] | undefined {
  const counts = new Map<string, { readonly pair: [string, string]; count: number }>();
  for (const { parts, count } of pieces) {
    for (let at = 1; at < parts.length; at++) {
      const pair: [string, string] = [parts[at - 1]!, parts[at]!];
      const key = pair.join(" ");
      const known = counts.get(key);
      if (known) known.count += count;
      else counts.set(key, { pair, count });
    }
  }
  let [best, most] = ["", 0];
  for (const [key, { count }] of counts)
    if (count > most || (count === most && key < best)) [best, most] = [key, count];
  return counts.get(best)?.pair;
}

function joined(parts: readonly string[], [left, right]: readonly [string, string]): string[] {
  const made: string[] = [];
  for (const part of parts) {
    if (part === right && made.at(-1) === left) made[made.length - 1] = left + right;
    else made.push(part);
  }
  return made;
}
