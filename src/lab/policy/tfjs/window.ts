import type { Sequences, TokenCredit, TokenScores } from "../policy.ts";
import type { Window } from "./batch.ts";
import type { HeadCredit } from "./tokenHead.ts";

/**
 * The positions that can matter: from the first real token of any row to the last scored position. `grain` rounds the
 * lengths up, to keep the number of different sizes small where a backend pools its buffers by size.
 */
export function windowOf({ rows, length, starts, mask }: Sequences, grain: number): Window {
  const positions = length - 1; // T
  let first = positions - 1;
  let end = 1;
  for (let row = 0; row < rows; row++) {
    for (let t = 0; t < positions; t++) {
      if (!mask[row * positions + t]) continue;
      first = Math.min(first, t);
      end = Math.max(end, t + 1);
    }
  }
  const from = Math.min(...starts, first, end - 1);
  const wanted = Math.min(positions - from, Math.ceil((end - from) / grain) * grain);
  const asked = Math.min(wanted, Math.ceil((wanted - Math.min(first - from, wanted - 1)) / grain) * grain);
  return { rows, from, length: wanted, unasked: wanted - asked };
}

/** Scores [4, N'] of a window as arrays [B, T], 0 where the mask is 0. */
export function scoresOf(batch: Sequences, window: Window, values: Float32Array): TokenScores {
  const tokens = window.rows * (window.length - window.unasked);
  const spread = (kind: number) => {
    const out = new Float32Array(batch.mask.length);
    eachScored(batch, window, (at, token) => {
      out[at] = values[kind * tokens + token]!;
    });
    return out;
  };
  return { logp: spread(0), entropy: spread(1), varentropy: spread(2), meanLogp: spread(3) };
}

/** Credits [B, T] cut to the asked positions of a window [N']; what the mask does not score gets none. */
export function creditOf(batch: Sequences, window: Window, credit: TokenCredit): HeadCredit {
  const gather = (values: ArrayLike<number>) => {
    const out = new Float32Array(window.rows * (window.length - window.unasked));
    eachScored(batch, window, (at, token) => {
      out[token] = values[at]!;
    });
    return out;
  };
  return {
    dLogp: gather(credit.dLogp),
    dEntropy: credit.dEntropy && gather(credit.dEntropy),
    dMeanLogp: credit.dMeanLogp && gather(credit.dMeanLogp),
  };
}

/** Calls with the place of every scored position in [B, T] and in the window's [N']. */
function eachScored(
  { rows, length, mask }: Sequences,
  window: Window,
  visit: (at: number, token: number) => void,
): void {
  const asked = window.length - window.unasked;
  for (let row = 0; row < rows; row++) {
    for (let t = 0; t < asked; t++) {
      const at = row * (length - 1) + window.from + window.unasked + t;
      if (mask[at]) visit(at, row * asked + t);
    }
  }
}
