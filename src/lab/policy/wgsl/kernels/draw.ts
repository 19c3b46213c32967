/*
 * The rule of `../../draw.ts` in WGSL, in two forms. Alone, one thread draws for a row: at some dozens of characters, walking
 * the vocabulary a few times is quicker than reductions with their barriers. Where the adapter has wide subgroups, the threads
 * of each share the walk; all subgroups of a workgroup come to the same answer, so nobody waits for another. Only the
 * nucleus, which compares every token with every other, is shared out over the workgroup in both.
 */
export const GATES = ["linear", "sigmoid", "piecewise"] as const;

export interface DrawForm {
  readonly V: number;
  /** 2 with a hinted stream. */
  readonly streams: number;
  /** Rows of a workgroup. */
  readonly rows: number;
  /** Threads of a workgroup. */
  readonly lanes: number;
  /** Share each row's vocabulary among the threads of a subgroup. */
  readonly subgroups: boolean;
}

/** Directives of the form, which go before everything else. */
export const drawDirectives = ({ subgroups }: DrawForm): string =>
  // What the analysis cannot see: `size` and the row that is being drawn for are the same in a whole subgroup.
  subgroups ? "enable subgroups;\ndiagnostic(off, subgroup_uniformity);" : "";

/** Parameters of the entry point that the form needs. */
export const drawBuiltins = ({ subgroups }: DrawForm): string =>
  subgroups ? ", @builtin(subgroup_invocation_id) place: u32, @builtin(subgroup_size) size: u32" : "";

/** Arguments that hand the walk over the vocabulary on: where this thread begins, and how far it strides. */
export const drawWalk = ({ subgroups }: DrawForm): string => (subgroups ? "place, size" : "0u, 1u");

/**
 * Declares `weigh`, `lay`, `keepLikeliest` and `pick`, to be called in this order. All take the walk (`place`, `size`); with
 * subgroups all threads enter them, else the one that draws for the row, but `keepLikeliest`, which all enter in both forms.
 * What `lay` and `keepLikeliest` wrote is read behind a barrier. Needs, in workgroup memory or in storage: `z`, the logits of each slot
 * [rows · streams, V], `score` and `kept` [rows, V] and `total` [rows].
 */
export function drawCode(form: DrawForm): string {
  const { V, streams, rows, lanes, subgroups } = form;
  const walk = (body: string) => `for (var j = place; j < ${V}u; j += size) { ${body} }`;
  const over = (what: "Add" | "Max", name: string) => (subgroups ? `${name} = subgroup${what}(${name});` : "");
  return /* wgsl */ `
/** What is known of a row's next token before it is drawn: the likeliest and its score, log Σ exp, entropy, λ, Σ exp(score − top). */
struct Outlook { best: u32, top: f32, normaliser: f32, entropy: f32, lambda: f32, total: f32, p: f32, q: f32 }

/** log Σ exp of a slot's logits divided by tau, and the entropy of that softmax. */
fn spread(slot: u32, tau: f32, place: u32, size: u32) -> vec2f {
  let at = slot * ${V}u;
  var top = -3.4e38;
  ${walk("top = max(top, z[at + j] / tau);")}
  ${over("Max", "top")}
  var sum = 0.0;
  var first = 0.0;
  ${walk("let d = z[at + j] / tau - top; let e = exp(d); sum += e; first += e * d;")}
  ${over("Add", "sum")}
  ${over("Add", "first")}
  return vec2f(top + log(sum), log(sum) - first / sum);
}

fn temperatureOf() -> f32 { return select(options.temperature, 1.0, options.temperature == 0.0); }

/** The score of token j of row r. */
fn scoreOf(r: u32, j: u32, outlook: Outlook) -> f32 {
  ${
    streams === 1
      ? `return z[r * ${V}u + j] / temperatureOf();`
      : /* wgsl */ `
  let logP = z[(r * 2u + 1u) * ${V}u + j] - outlook.p;
  let logQ = z[r * 2u * ${V}u + j] - outlook.q;
  return (1.0 - outlook.lambda) * logP + outlook.lambda * logQ;`
  }
}

fn weigh(r: u32, count: u32, switched: bool, place: u32, size: u32) -> Outlook {
  let slot = r * ${streams}u;
  let student = spread(slot, temperatureOf(), place, size);
  var outlook: Outlook;
  outlook.normaliser = student.x;
  outlook.entropy = student.y;
  ${
    streams === 1
      ? ""
      : /* wgsl */ `
  // Hinted decoding: the first stream is the student q, the second the answer-aware p; the nucleus is taken at temperature 1.
  let p = spread(slot + 1u, 1.0, place, size);
  let q = spread(slot, 1.0, place, size);
  outlook.p = p.x;
  outlook.q = q.x;
  let h = p.y / ${Math.log(V)};
  outlook.lambda = clamp(options.beta * h, 0.0, 1.0);
  if (options.gate == 1u) { outlook.lambda = 1.0 / (1.0 + exp(-options.beta * (h - 0.5))); }
  if (options.gate == 2u) { outlook.lambda = clamp((h - 0.3) / 0.4, 0.0, 1.0); }
  if (count == 0u) { outlook.lambda = 0.0; }
  if (switched) { outlook.lambda = 1.0; }`
  }
  // Of equals, the one of lowest id.
  var top = -3.4e38;
  var best = 0u;
  ${walk("let s = scoreOf(r, j, outlook); if (s > top) { top = s; best = j; }")}
  ${subgroups ? `let mine = top; top = subgroupMax(top); best = subgroupMin(select(${V - 1}u, best, mine == top));` : ""}
  outlook.best = best;
  outlook.top = top;
  ${
    streams === 1
      ? "outlook.total = exp(student.x - top);"
      : `
  var sum = 0.0;
  ${walk("sum += exp(scoreOf(r, j, outlook) - top);")}
  ${over("Add", "sum")}
  outlook.total = sum;`
  }
  return outlook;
}

/** Lays out the row's scores, relative to the largest, and takes all tokens for kept: thread number first of stride many. */
fn lay(r: u32, outlook: Outlook, first: u32, stride: u32) {
  for (var j = first; j < ${V}u; j += stride) {
    let d = scoreOf(r, j, outlook) - outlook.top;
    score[r * ${V}u + j] = d;
    kept[r * ${V}u + j] = exp(${streams === 1 ? "d" : "d / temperatureOf()"});
  }
  if (first == 0u) { total[r] = outlook.total; }
}

/** Drops what top-p drops: a token stays unless what is likelier (ties: of lower id) reaches topP already. */
fn keepLikeliest(lane: u32) {
  for (var i = lane; i < ${rows * V}u; i += ${lanes}u) {
    let row = i / ${V}u * ${V}u;
    let mine = score[i];
    var before = 0.0;
    for (var j = 0u; j < ${V}u; j++) {
      let s = score[row + j];
      if (s > mine || (s == mine && row + j < i)) { before += exp(s); }
    }
    if (before >= options.topP * total[i / ${V}u]) { kept[i] = 0.0; }
  }
}

/** The first kept token whose cumulative share exceeds a uniform number. */
fn pick(r: u32, row: u32, count: u32, best: u32, place: u32, size: u32) -> u32 {
  if (options.temperature == 0.0) { return best; }
  let at = r * ${V}u;
  var mass = 0.0;
  ${walk("mass += kept[at + j];")}
  ${over("Add", "mass")}
  let bar = uniformAt(options.seed, options.stream, options.step, row, count) * mass;
  ${subgroups ? together(V) : alone(V)}
}`;
}

const alone = (V: number) => /* wgsl */ `
  var cumulative = 0.0;
  var id = 0u;
  for (var j = 0u; j < ${V}u; j++) {
    if (kept[at + j] == 0.0) { continue; }
    cumulative += kept[at + j];
    id = j; // the last kept token, where rounding leaves the whole sum at or below the bar
    if (cumulative > bar) { break; }
  }
  return id;`;

const together = (V: number) => /* wgsl */ `
  var behind = 0.0;
  var found = ${V}u;
  var last = 0u;
  for (var begin = 0u; begin < ${V}u; begin += size) {
    let j = begin + place;
    var share = 0.0;
    if (j < ${V}u) { share = kept[at + j]; }
    let cumulative = behind + subgroupInclusiveAdd(share);
    found = min(found, subgroupMin(select(${V}u, j, share > 0.0 && cumulative > bar)));
    last = max(last, subgroupMax(select(0u, j, share > 0.0)));
    behind = subgroupMax(cumulative);
  }
  return select(found, last, found == ${V}u);`;
