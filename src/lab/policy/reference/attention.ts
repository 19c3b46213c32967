import { logSoftmax } from "../draw.ts";

/** Causal attention of one sequence. `q` [n, H·D], `k` and `v` [n, K·D]; query head h reads key/value head ⌊h·K/H⌋. */
export function attention(
  q: Float64Array,
  k: Float64Array,
  v: Float64Array,
  { heads, kvHeads, headWidth }: { readonly heads: number; readonly kvHeads: number; readonly headWidth: number },
): {
  readonly y: Float64Array; // [n, H·D]
  back(dy: Float64Array): { readonly dq: Float64Array; readonly dk: Float64Array; readonly dv: Float64Array };
} {
  const tokens = q.length / (heads * headWidth);
  const scale = 1 / Math.sqrt(headWidth);
  const atQuery = (t: number, h: number) => (t * heads + h) * headWidth;
  const atKey = (t: number, h: number) => (t * kvHeads + Math.floor((h * kvHeads) / heads)) * headWidth;
  const y = new Float64Array(q.length);
  /** Probabilities of query t of head h over the keys 0..t, at [h · n + t]. */
  const shares: Float64Array[] = [];
  for (let h = 0; h < heads; h++) {
    for (let t = 0; t < tokens; t++) {
      const scores = new Float64Array(t + 1);
      for (let s = 0; s <= t; s++) scores[s] = scale * dot(q, atQuery(t, h), k, atKey(s, h), headWidth);
      const p = logSoftmax(scores, 1).map(Math.exp);
      shares[h * tokens + t] = p;
      for (let s = 0; s <= t; s++) addTo(y, atQuery(t, h), p[s]!, v, atKey(s, h), headWidth);
    }
  }
  return {
    y,
    back(dy) {
      const dq = new Float64Array(q.length);
      const dk = new Float64Array(k.length);
      const dv = new Float64Array(v.length);
      for (let h = 0; h < heads; h++) {
        for (let t = 0; t < tokens; t++) {
          const p = shares[h * tokens + t]!;
          const dp = p.map((_, s) => dot(dy, atQuery(t, h), v, atKey(s, h), headWidth));
          const mean = dot(p, 0, dp, 0, p.length);
          for (let s = 0; s <= t; s++) {
            const dScore = scale * p[s]! * (dp[s]! - mean);
            addTo(dv, atKey(s, h), p[s]!, dy, atQuery(t, h), headWidth);
            addTo(dq, atQuery(t, h), dScore, k, atKey(s, h), headWidth);
            addTo(dk, atKey(s, h), dScore, q, atQuery(t, h), headWidth);
          }
        }
      }
      return { dq, dk, dv };
    },
  };
}

function dot(a: Float64Array, atA: number, b: Float64Array, atB: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[atA + i]! * b[atB + i]!;
  return sum;
}

/** to[at..] += factor · from[atFrom..] */
function addTo(to: Float64Array, at: number, factor: number, from: Float64Array, atFrom: number, length: number): void {
  for (let i = 0; i < length; i++) to[at + i]! += factor * from[atFrom + i]!;
}
