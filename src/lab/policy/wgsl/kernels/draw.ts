/*
 * The rule of `draw.ts` in WGSL. One thread draws for a row: at some dozens of characters, walking the vocabulary a few times
 * is quicker than reductions with their barriers. Only the nucleus, which compares every token with every other, is shared out.
 */
export const GATES = ["linear", "sigmoid", "piecewise"] as const;

/**
 * Declares `weigh`, `keepLikeliest` and `pick`, to be called in this order; with barriers around the second, which all threads
 * enter. Needs, in workgroup memory: `z`, the logits of each slot [rows · streams, V], `score` and `kept` [rows, V] and
 * `total` [rows].
 */
export function drawCode(V: number, streams: number, rows: number, lanes: number): string {
  const each = (body: string) => `for (var j = 0u; j < ${V}u; j++) { ${body} }`;
  return /* wgsl */ `
/** What is known of a row's next token before it is drawn. */
struct Outlook { best: u32, normaliser: f32, entropy: f32, lambda: f32 }

/** log Σ exp of a slot's logits divided by tau, and the entropy of that softmax. */
fn spread(slot: u32, tau: f32) -> vec2f {
  let at = slot * ${V}u;
  var top = -3.4e38;
  ${each("top = max(top, z[at + j] / tau);")}
  var sum = 0.0;
  var first = 0.0;
  ${each("let d = z[at + j] / tau - top; let e = exp(d); sum += e; first += e * d;")}
  return vec2f(top + log(sum), log(sum) - first / sum);
}

/** Fills the row's scores, relative to the largest, and takes all tokens for kept. */
fn weigh(r: u32, count: u32, switched: bool) -> Outlook {
  let to = r * ${V}u;
  let slot = r * ${streams}u;
  let greedy = options.temperature == 0.0;
  let tau = select(options.temperature, 1.0, greedy);
  let student = spread(slot, tau);
  var outlook: Outlook;
  outlook.normaliser = student.x;
  outlook.entropy = student.y;
  ${
    streams === 1
      ? /* wgsl */ `
  ${each("score[to + j] = z[to + j] / tau;")}`
      : /* wgsl */ `
  // Hinted decoding: the first stream is the student q, the second the answer-aware p; the nucleus is taken at temperature 1.
  let p = spread(slot + 1u, 1.0);
  let q = spread(slot, 1.0);
  let h = p.y / ${Math.log(V)};
  outlook.lambda = clamp(options.beta * h, 0.0, 1.0);
  if (options.gate == 1u) { outlook.lambda = 1.0 / (1.0 + exp(-options.beta * (h - 0.5))); }
  if (options.gate == 2u) { outlook.lambda = clamp((h - 0.3) / 0.4, 0.0, 1.0); }
  if (count == 0u) { outlook.lambda = 0.0; }
  if (switched) { outlook.lambda = 1.0; }
  ${each(`
    let logP = z[(slot + 1u) * ${V}u + j] - p.x;
    let logQ = z[slot * ${V}u + j] - q.x;
    score[to + j] = (1.0 - outlook.lambda) * logP + outlook.lambda * logQ;`)}`
  }
  ${each("if (score[to + j] > score[to + outlook.best]) { outlook.best = j; }")}
  let top = score[to + outlook.best];
  var sum = 0.0;
  ${each(`
    let d = score[to + j] - top;
    score[to + j] = d;
    let e = exp(d);
    sum += e;
    kept[to + j] = ${streams === 1 ? "e" : "exp(d / tau)"};`)}
  total[r] = sum;
  return outlook;
}

/** Drops what top-p drops: a token stays unless what is likelier (ties: of lower id) reaches topP already. */
fn keepLikeliest(lane: u32) {
  for (var i = lane; i < ${rows * V}u; i += ${lanes}u) {
    let row = i / ${V}u * ${V}u;
    let mine = score[i];
    var before = 0.0;
    ${each("let s = score[row + j]; if (s > mine || (s == mine && row + j < i)) { before += exp(s); }")}
    if (before >= options.topP * total[i / ${V}u]) { kept[i] = 0.0; }
  }
}

/** The first kept token whose cumulative share exceeds a uniform number. */
fn pick(r: u32, row: u32, count: u32, best: u32) -> u32 {
  if (options.temperature == 0.0) { return best; }
  let at = r * ${V}u;
  var mass = 0.0;
  ${each("mass += kept[at + j];")}
  let u = uniformAt(options.seed, options.stream, options.step, row, count);
  var cumulative = 0.0;
  var id = 0u;
  ${each(`
    if (kept[at + j] == 0.0) { continue; }
    cumulative += kept[at + j];
    id = j; // the last kept token, where rounding leaves the whole sum at or below u
    if (cumulative > u * mass) { break; }`)}
  return id;
}`;
}
