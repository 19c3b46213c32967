import type { Rng } from "../rng.ts";

/** How often each of the words occurs in a text, all other words together, and the number of words: [lexicon + 2]. */
export function wordCounts(lexicon: readonly string[], words: readonly string[]): Float64Array {
  const counts = new Float64Array(lexicon.length + 2);
  for (const word of words) {
    const at = lexicon.indexOf(word);
    counts[at < 0 ? lexicon.length : at]! += 1;
  }
  counts[lexicon.length + 1] = words.length;
  return counts;
}

/**
 * Whether a judge who sees a `margin` u₁ − u₂ of utilities prefers the first: with probability σ(margin / noise), the Bradley–Terry
 * model. At noise 0 the greater utility wins and a coin decides between equals.
 */
export function judged(margin: number, noise: number, rng: Rng): boolean {
  const draw = rng.next();
  if (noise === 0) return margin === 0 ? draw < 0.5 : margin > 0;
  return draw < 1 / (1 + Math.exp(-margin / noise));
}
