/*
 * How the next token is chosen from logits: the rule of policy/draw.ts. Exponentials in float32, sums in float64.
 */
import { exp1, exp4, log1, max4 } from "./math";
import { floats, V } from "./shape";

/** What the last draw said: log π and entropy of the untruncated softmax, and the student's share with a hint. */
export let drawnLogp: f32 = 0;
export let drawnEntropy: f32 = 0;
export let drawnShare: f32 = 0;

/** Four tables [V] of floats, and the order of the likeliest with marks of who is kept. */
let spoken: usize = 0;
let hinted: usize = 0;
let mixed: usize = 0;
let masses: usize = 0;
let order: usize = 0;
let kept: usize = 0;

/** Tables of this thread, behind those of the threads before it; answers where those of all `threads` end. */
export function planDraw(start: usize, thread: i32, threads: i32): usize {
  const table = (floats(V) + 63) & ~63;
  const base = start + 6 * table * thread;
  spoken = base; hinted = base + table; mixed = base + 2 * table; masses = base + 3 * table;
  order = base + 4 * table; kept = base + 5 * table;
  return start + 6 * table * threads;
}

/** What {@link weigh} found: the sum of the masses, and its logarithm. */
let total: f64 = 0;
let logTotal: f64 = 0;

/**
 * z · scale less its largest into `out`, and its exponentials into `masses`. Answers the entropy of their softmax; log softmax is
 * `out` less {@link logTotal}.
 */
function weigh(z: usize, scale: f32, out: usize): f32 {
  const whole = V & ~3;
  let top = f32x4.splat(-Infinity);
  for (let i = 0; i < whole; i += 4) top = f32x4.pmax(top, f32x4.mul(v128.load(z + floats(i)), f32x4.splat(scale)));
  let best = max4(top);
  for (let i = whole; i < V; i++) best = max(best, load<f32>(z + floats(i)) * scale);
  for (let i = 0; i < whole; i += 4) {
    const x = f32x4.sub(f32x4.mul(v128.load(z + floats(i)), f32x4.splat(scale)), f32x4.splat(best));
    v128.store(out + floats(i), x);
    v128.store(masses + floats(i), exp4(x));
  }
  for (let i = whole; i < V; i++) {
    const x = load<f32>(z + floats(i)) * scale - best;
    store<f32>(out + floats(i), x);
    store<f32>(masses + floats(i), exp1(x));
  }
  let sum: f64 = 0, moment: f64 = 0;
  for (let i = 0; i < V; i++) {
    const e = <f64>load<f32>(masses + floats(i));
    sum += e;
    moment += e * <f64>load<f32>(out + floats(i));
  }
  total = sum;
  logTotal = log1(sum);
  return <f32>(logTotal - moment / sum);
}

/** log softmax(z · scale) into `out`; else like {@link weigh}. */
function logSoftmax(z: usize, scale: f32, out: usize): f32 {
  const entropy = weigh(z, scale, out);
  for (let i = 0; i < V; i++) store<f32>(out + floats(i), logOf(out, i));
  return entropy;
}

// @ts-ignore: decorator
@inline
function logOf(out: usize, id: i32): f32 {
  return <f32>(<f64>load<f32>(out + floats(id)) - logTotal);
}

/** The lowest id among the largest. */
function largest(x: usize): i32 {
  let best = 0;
  let top = load<f32>(x);
  for (let i = 1; i < V; i++) {
    const value = load<f32>(x + floats(i));
    if (value > top) {
      top = value;
      best = i;
    }
  }
  return best;
}

/** The next token from logits z [V]; `temperature` 0 is greedy. */
export function draw(z: usize, temperature: f32, topP: f64, u: f64): i32 {
  const greedy = temperature === 0;
  drawnEntropy = weigh(z, greedy ? 1 : 1 / temperature, spoken);
  const id = greedy ? largest(z) : topP < 1 ? ofLikeliest(topP, u) : inverse(u);
  drawnLogp = logOf(spoken, id);
  return id;
}

/**
 * The next token of Hinted Decoding from the student's logits q [V] and the hinted stream's p [V]. `gate`: 0 linear,
 * 1 sigmoid, 2 piecewise. The student's share is 1 once `switched`, 0 for the first token.
 */
export function drawHinted(
  q: usize, p: usize, temperature: f32, topP: f64, u: f64, gate: i32, beta: f64, first: bool, switched: bool,
): i32 {
  const doubt = <f64>logSoftmax(p, 1, hinted) / log1(<f64>V);
  const entropy = logSoftmax(q, 1, spoken);
  const share = switched ? 1 : first ? 0 : shareOf(gate, beta, doubt);
  for (let i = 0; i < V; i++) {
    const at = floats(i);
    store<f32>(mixed + at, <f32>((1 - share) * <f64>load<f32>(hinted + at) + share * <f64>load<f32>(spoken + at)));
  }
  const greedy = temperature === 0;
  let id = 0;
  if (greedy) id = largest(mixed);
  else {
    // What is kept is decided at temperature 1; what is drawn at the temperature asked for.
    if (topP < 1) {
      weigh(mixed, 1, hinted);
      keepLikeliest(topP);
    }
    weigh(mixed, 1 / temperature, hinted);
    id = topP < 1 ? inverseOfKept(u) : inverse(u);
  }
  drawnShare = <f32>share;
  drawnEntropy = greedy || temperature === 1 ? entropy : logSoftmax(q, 1 / temperature, spoken);
  drawnLogp = load<f32>(spoken + floats(id));
  return id;
}

function shareOf(gate: i32, beta: f64, doubt: f64): f64 {
  if (gate === 0) return clamp01(beta * doubt);
  if (gate === 1) return 1 / (1 + <f64>exp1(<f32>(-beta * (doubt - 0.5))));
  return clamp01((doubt - 0.3) / 0.4);
}

function clamp01(x: f64): f64 {
  return min<f64>(1, max<f64>(0, x));
}

/** The first token, in ascending id, at which the share of the mass exceeds u. */
function inverse(u: f64): i32 {
  const bound = u * total;
  let sum: f64 = 0;
  for (let i = 0; i < V; i++) {
    sum += <f64>load<f32>(masses + floats(i));
    if (sum > bound) return i;
  }
  return V - 1;
}

/** The same among the likeliest tokens alone. */
function ofLikeliest(topP: f64, u: f64): i32 {
  keepLikeliest(topP);
  return inverseOfKept(u);
}

/** The same among the kept tokens alone. */
function inverseOfKept(u: f64): i32 {
  let all: f64 = 0;
  for (let i = 0; i < V; i++) if (load<u8>(kept + i)) all += <f64>load<f32>(masses + floats(i));
  let sum: f64 = 0;
  let last = 0;
  for (let i = 0; i < V; i++) {
    if (!load<u8>(kept + i)) continue;
    sum += <f64>load<f32>(masses + floats(i));
    if (sum > u * all) return i;
    last = i;
  }
  return last;
}

/** Marks the shortest run of the likeliest tokens, ties by lower id, whose share of `masses` reaches topP. */
function keepLikeliest(topP: f64): void {
  memory.fill(kept, 0, V);
  for (let i = 0; i < V; i++) store<i32>(order + floats(i), i);
  for (let i = (V >> 1) - 1; i >= 0; i--) sink(i, V);
  let sum: f64 = 0;
  for (let left = V; left > 0; left--) {
    const id = load<i32>(order);
    store<u8>(kept + id, 1);
    sum += <f64>load<f32>(masses + floats(id)) / total;
    if (sum >= topP) return;
    store<i32>(order, load<i32>(order + floats(left - 1)));
    sink(0, left - 1);
  }
}

/** Puts entry i of the heap of `size` ids where it belongs. */
function sink(i: i32, size: i32): void {
  const id = load<i32>(order + floats(i));
  for (;;) {
    let child = 2 * i + 1;
    if (child >= size) break;
    if (child + 1 < size && likelier(load<i32>(order + floats(child + 1)), load<i32>(order + floats(child)))) child++;
    const other = load<i32>(order + floats(child));
    if (!likelier(other, id)) break;
    store<i32>(order + floats(i), other);
    i = child;
  }
  store<i32>(order + floats(i), id);
}

function likelier(a: i32, b: i32): bool {
  const x = load<f32>(masses + floats(a)), y = load<f32>(masses + floats(b));
  return x > y || (x === y && a < b);
}
