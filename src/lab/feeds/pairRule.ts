import type { Rng } from "../rng.ts";

export type PairRule = "correct-incorrect" | "best-worst";

/**
 * Which two completions of one group become a pair; undefined where the group has none.
 * `correct-incorrect` picks one of each at random (Bridging Offline and Online RL, arXiv 2506.21495, §3.2; its code
 * takes the first of each, which is the same for independent rollouts). `best-worst` takes the first highest and the
 * first lowest reward (its footnote 2); equal rewards give no pair.
 */
export function choosePair(
  rewards: ArrayLike<number>,
  rule: PairRule,
  rng: Rng,
): { readonly chosen: number; readonly rejected: number } | undefined {
  const all = Array.from({ length: rewards.length }, (_, index) => index);
  if (rule === "correct-incorrect") {
    const correct = all.filter((index) => rewards[index] === 1);
    const incorrect = all.filter((index) => rewards[index] !== 1);
    if (correct.length === 0 || incorrect.length === 0) return undefined;
    return { chosen: rng.pick(correct), rejected: rng.pick(incorrect) };
  }
  const best = all.reduce((a, b) => (rewards[b]! > rewards[a]! ? b : a));
  const worst = all.reduce((a, b) => (rewards[b]! < rewards[a]! ? b : a));
  return rewards[best] === rewards[worst] ? undefined : { chosen: best, rejected: worst };
}
