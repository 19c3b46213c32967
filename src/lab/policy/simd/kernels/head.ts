/*
 * The token head: what the policy says about a written token, from its logits, and the gradient of the logits from the
 * credits of what was said. The softmax is not stored.
 */
import { exp1, exp4, log1, max4, sum4 } from "./math";
import { floats, V } from "./shape";

/** The largest of z [V] · scale. */
function largest(z: usize, scale: f32): f32 {
  const whole = V & ~3;
  let top = f32x4.splat(-Infinity);
  for (let i = 0; i < whole; i += 4) top = f32x4.pmax(top, f32x4.mul(v128.load(z + floats(i)), f32x4.splat(scale)));
  let best = max4(top);
  for (let i = whole; i < V; i++) best = max(best, load<f32>(z + floats(i)) * scale);
  return best;
}

/**
 * For scored tokens lo..hi: from logits [S, V], the tokens that came next and 1/temperature,
 * (log π(y), H, varentropy, mean log π) into scores [S, 4] and (log Σ exp, H) into kept [S, 2]. Logits of temperature 1.
 */
export function headScores(
  logits: usize, next: usize, scales: usize, scores: usize, kept: usize, lo: i32, hi: i32,
): void {
  const whole = V & ~3;
  for (let s = lo; s < hi; s++) {
    const z = logits + floats(s * V);
    const scale = load<f32>(scales + floats(s));
    const top = largest(z, scale);
    const t4 = f32x4.splat(top), s4 = f32x4.splat(scale);
    let sums = f32x4.splat(0), moments = f32x4.splat(0), totals = f32x4.splat(0);
    for (let i = 0; i < whole; i += 4) {
      const x = f32x4.sub(f32x4.mul(v128.load(z + floats(i)), s4), t4);
      const e = exp4(x);
      sums = f32x4.add(sums, e);
      moments = f32x4.add(moments, f32x4.mul(e, x));
      totals = f32x4.add(totals, x);
    }
    let sum = sum4(sums), moment = sum4(moments), total = sum4(totals);
    for (let i = whole; i < V; i++) {
      const x = load<f32>(z + floats(i)) * scale - top;
      const e = exp1(x);
      sum += e; moment += e * x; total += x;
    }
    const logSum = <f32>log1(sum);
    const entropy = logSum - moment / sum;
    const normaliser = top + logSum;
    const at = scores + floats(4 * s);
    store<f32>(at, load<f32>(z + floats(load<i32>(next + floats(s)))) * scale - top - logSum);
    store<f32>(at, entropy, 4);
    store<f32>(at, varentropy(z, scale, top, logSum, entropy), 8);
    store<f32>(at, total / <f32>V - logSum, 12);
    store<f32>(kept + floats(2 * s), normaliser);
    store<f32>(kept + floats(2 * s), entropy, 4);
  }
}

/** Σ π (log π + H)². */
function varentropy(z: usize, scale: f32, top: f32, logSum: f32, entropy: f32): f32 {
  const whole = V & ~3;
  const t4 = f32x4.splat(top), s4 = f32x4.splat(scale), l4 = f32x4.splat(logSum), h4 = f32x4.splat(entropy);
  let sums = f32x4.splat(0);
  for (let i = 0; i < whole; i += 4) {
    const logp = f32x4.sub(f32x4.sub(f32x4.mul(v128.load(z + floats(i)), s4), t4), l4);
    const off = f32x4.add(logp, h4);
    sums = f32x4.add(sums, f32x4.mul(exp4(logp), f32x4.mul(off, off)));
  }
  let sum = sum4(sums);
  for (let i = whole; i < V; i++) {
    const logp = load<f32>(z + floats(i)) * scale - top - logSum;
    sum += exp1(logp) * ((logp + entropy) * (logp + entropy));
  }
  return sum;
}

/**
 * Logits ← their gradient, scored tokens lo..hi, from credits [S, 3] (∂ log π(y), ∂H, ∂ mean log π):
 * ∂z = (−π (∂logp + ∂mean + ∂H (log π + H)) + ∂mean/V + ∂logp at y) / temperature.
 */
export function headBack(
  logits: usize, next: usize, scales: usize, kept: usize, credits: usize, lo: i32, hi: i32,
): void {
  const whole = V & ~3;
  for (let s = lo; s < hi; s++) {
    const z = logits + floats(s * V);
    const scale = load<f32>(scales + floats(s));
    const normaliser = load<f32>(kept + floats(2 * s));
    const entropy = load<f32>(kept + floats(2 * s), 4);
    const credit = credits + floats(3 * s);
    const onToken = load<f32>(credit), onEntropy = load<f32>(credit, 4), onMean = load<f32>(credit, 8);
    const even = onMean / <f32>V;
    const both = onToken + onMean;
    for (let i = 0; i < whole; i += 4) {
      const logp = f32x4.sub(f32x4.mul(v128.load(z + floats(i)), f32x4.splat(scale)), f32x4.splat(normaliser));
      const pull = f32x4.add(f32x4.splat(both), f32x4.mul(f32x4.splat(onEntropy), f32x4.add(logp, f32x4.splat(entropy))));
      const dz = f32x4.sub(f32x4.splat(even), f32x4.mul(exp4(logp), pull));
      v128.store(z + floats(i), f32x4.mul(dz, f32x4.splat(scale)));
    }
    for (let i = whole; i < V; i++) {
      const logp = load<f32>(z + floats(i)) * scale - normaliser;
      const dz = even - exp1(logp) * (both + onEntropy * (logp + entropy));
      store<f32>(z + floats(i), dz * scale);
    }
    const target = z + floats(load<i32>(next + floats(s)));
    store<f32>(target, load<f32>(target) + onToken * scale);
  }
}
