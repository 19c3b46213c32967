/*
 * The rule of `draw.ts` in WGSL: one workgroup draws one token. Every thread walks the whole vocabulary in the same order
 * and so knows the same answer: at some dozens of characters that is cheaper than a reduction with its barriers.
 */
export const GATES = ["linear", "sigmoid", "piecewise"] as const;

/** Needs `z` (logits of each stream, [streams × V], in workgroup memory), `score` and `kept` [V], `options`, `row`. */
export function drawCode(V: number, streams: number, lanes: number): string {
  const each = (body: string) => `for (var j = 0u; j < ${V}u; j++) { ${body} }`;
  const own = (body: string) => `for (var j = lane; j < ${V}u; j += ${lanes}u) { ${body} }`;
  return /* wgsl */ `
/** log Σ exp of stream's logits divided by tau. */
fn normaliser(stream: u32, tau: f32) -> f32 {
  var top = -3.4e38;
  ${each(`top = max(top, z[stream * ${V}u + j] / tau);`)}
  var sum = 0.0;
  ${each(`sum += exp(z[stream * ${V}u + j] / tau - top);`)}
  return top + log(sum);
}
fn entropyOf(stream: u32, tau: f32, lse: f32) -> f32 {
  var sum = 0.0;
  ${each(`let logp = z[stream * ${V}u + j] / tau - lse; sum -= exp(logp) * logp;`)}
  return sum;
}
struct Drawn { id: u32, logp: f32, entropy: f32, lambda: f32 }

fn draw(lane: u32, row: u32, count: u32, switched: bool) -> Drawn {
  let greedy = options.temperature == 0.0;
  let tau = select(options.temperature, 1.0, greedy);
  let lse = normaliser(0u, tau);
  var drawn: Drawn;
  drawn.entropy = entropyOf(0u, tau, lse);
  ${
    streams === 1
      ? /* wgsl */ `
  let sharpness = 1.0;
  ${own("score[j] = z[j] / tau;")}`
      : /* wgsl */ `
  // Hinted decoding: stream 0 is the student q, stream 1 the answer-aware p; the nucleus is taken at temperature 1.
  let sharpness = 1.0 / tau;
  let lseP = normaliser(1u, 1.0);
  let lseQ = normaliser(0u, 1.0);
  let h = entropyOf(1u, 1.0, lseP) / ${Math.log(V)};
  drawn.lambda = clamp(options.beta * h, 0.0, 1.0);
  if (options.gate == 1u) { drawn.lambda = 1.0 / (1.0 + exp(-options.beta * (h - 0.5))); }
  if (options.gate == 2u) { drawn.lambda = clamp((h - 0.3) / 0.4, 0.0, 1.0); }
  if (count == 0u) { drawn.lambda = 0.0; }
  if (switched) { drawn.lambda = 1.0; }
  ${own(`score[j] = (1.0 - drawn.lambda) * (z[${V}u + j] - lseP) + drawn.lambda * (z[j] - lseQ);`)}`
  }
  workgroupBarrier();
  var best = 0u;
  ${each("if (score[j] > score[best]) { best = j; }")}
  let top = score[best];
  var total = 0.0;
  ${each("total += exp(score[j] - top);")}
  // Kept by top-p: what is likelier (ties: of lower id) must not already reach it.
  ${own(`
    var keep = true;
    if (options.topP < 1.0) {
      var before = 0.0;
      for (var i = 0u; i < ${V}u; i++) {
        if (score[i] > score[j] || (score[i] == score[j] && i < j)) { before += exp(score[i] - top); }
      }
      keep = before < options.topP * total;
    }
    kept[j] = select(0.0, exp((score[j] - top) * sharpness), keep);`)}
  workgroupBarrier();
  var mass = 0.0;
  ${each("mass += kept[j];")}
  let u = uniformAt(options.seed, options.stream, options.step, row, count);
  var cumulative = 0.0;
  var id = 0u;
  ${each(`
    if (kept[j] == 0.0) { continue; }
    cumulative += kept[j];
    id = j; // the last kept token, where rounding leaves the whole sum at or below u
    if (cumulative > u * mass) { break; }`)}
  drawn.id = select(id, best, greedy);
  drawn.logp = z[drawn.id] / tau - lse;
  return drawn;
}`;
}
