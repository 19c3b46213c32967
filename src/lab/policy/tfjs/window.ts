import type { Sequences, TokenCredit, TokenScores } from "../policy.ts";
import type { Window } from "./batch.ts";
import type { HeadCredit } from "./tokenHead.ts";

/**
 * The positions that can matter: from the first real token of any row to the last scored position. `grain` rounds the
 * length up, to keep the number of different sizes small where a backend pools its buffers by size.
 */
export function windowOf({ rows, length, starts, mask }: Sequences, grain: number): Window {
  const positions = length - 1; // T
  let end = 1;
  for (let row = 0; row < rows; row++) {
    for (let t = positions; t > end; t--) {
      if (mask[row * positions + t - 1]) end = t;
    }
  }
  const from = Math.min(...starts, end - 1);
  return { rows, from, length: Math.min(positions - from, Math.ceil((end - from) / grain) * grain) };
}

/** Scores [4, N] of a window as arrays [B, T], 0 where the mask is 0. */
export function scoresOf({ rows, length, mask }: Sequences, window: Window, values: Float32Array): TokenScores {
  const positions = length - 1;
  const tokens = rows * window.length;
  const spread = (kind: number) => {
    const out = new Float32Array(rows * positions);
    for (let row = 0; row < rows; row++) {
      for (let t = 0; t < window.length; t++) {
        const at = row * positions + window.from + t;
        if (mask[at]) out[at] = values[kind * tokens + row * window.length + t]!;
      }
    }
    return out;
  };
  return { logp: spread(0), entropy: spread(1), varentropy: spread(2), meanLogp: spread(3) };
}

/** Credits [B, T] cut to a window [N]; what the mask does not score gets none. */
export function creditOf({ rows, length, mask }: Sequences, window: Window, credit: TokenCredit): HeadCredit {
  const positions = length - 1;
  const gather = (values: ArrayLike<number>) => {
    const out = new Float32Array(rows * window.length);
    for (let row = 0; row < rows; row++) {
      for (let t = 0; t < window.length; t++) {
        const at = row * positions + window.from + t;
        if (mask[at]) out[row * window.length + t] = values[at]!;
      }
    }
    return out;
  };
  return {
    dLogp: gather(credit.dLogp),
    dEntropy: credit.dEntropy && gather(credit.dEntropy),
    dMeanLogp: credit.dMeanLogp && gather(credit.dMeanLogp),
  };
}
