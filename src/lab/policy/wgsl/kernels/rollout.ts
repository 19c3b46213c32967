import type { Dims } from "../layout/dims.ts";
import { decodeCode, decodeFloats } from "./decode.ts";
import { type DrawForm, drawBuiltins, drawCode, drawDirectives, drawWalk } from "./draw.ts";
import { times } from "./kernel.ts";
import { threefry } from "./threefry.ts";

/** The uniform's words, in this order; f32 where marked. */
export const OPTION_FIELDS = [
  ["rows", "u32"],
  ["firstRow", "u32"],
  ["maxNew", "u32"],
  ["capacity", "u32"], // cached positions per row
  ["reads", "u32"], // tokens of a prompt, and new tokens, that a dispatch walks at most
  ["draws", "u32"],
  ["temperature", "f32"],
  ["topP", "f32"],
  ["seed", "u32"],
  ["stream", "u32"],
  ["step", "u32"],
  ["gate", "u32"],
  ["beta", "f32"],
  ["switchToken", "i32"],
  ["eos", "u32"],
  ["mark", "u32"],
] as const;

/** Words of a row before its [N] ids, logp, entropy (and λ): tokens written, ended, tokens behind it, switched. */
export const STATE_WORDS = 4;

/** Words behind all rows: the mark of the rollouts, and how many dispatches they took. */
export const TAIL_WORDS = 2;

interface RolloutForm {
  /** 2 with a hinted stream. */
  readonly streams: number;
  /** Sequences that a workgroup walks through together: its rows times their streams. */
  readonly slots: number;
  /** Threads of a workgroup. */
  readonly lanes: number;
  /** Let the threads of a subgroup share a draw: see draw.ts. */
  readonly subgroups: boolean;
  /** What is as long as the vocabulary or the context lies in a storage buffer, where workgroup memory is too small for it. */
  readonly spills: boolean;
}

/** The arrays of numbers that may spill, in floats: attention [slot, head, position], logits [slot, V], score and kept [row, V]. */
function longArrays({ shape, V, H }: Dims, { streams, slots }: Pick<RolloutForm, "streams" | "slots">) {
  const rows = slots / streams;
  return { weight: slots * H * shape.context, z: slots * V, score: rows * V, kept: rows * V } as const;
}

/** Floats of the long arrays of one workgroup. */
export function spilledFloats(dims: Dims, form: Pick<RolloutForm, "streams" | "slots">): number {
  return Object.values(longArrays(dims, form)).reduce((sum, size) => sum + size, 0);
}

/** The code with its long arrays declared in workgroup memory. */
function inWorkgroup(code: string, dims: Dims, form: RolloutForm): string {
  const arrays = Object.entries(longArrays(dims, form));
  return code.replace(LONG, arrays.map(([name, size]) => `var<workgroup> ${name}: array<f32, ${size}>;`).join("\n"));
}

/** The code with its long arrays one after another in a storage buffer, a piece for each workgroup; barriers then hold for both. */
function inStorage(code: string, dims: Dims, form: RolloutForm): string {
  let [spilled, at] = [code, 0];
  for (const [name, size] of Object.entries(longArrays(dims, form))) {
    spilled = spilled.replace(new RegExp(`\\b${name}\\[`, "g"), `scratch[spill + ${at}u + `);
    at += size;
  }
  const declared = "@group(0) @binding(6) var<storage, read_write> scratch: array<f32>;\nvar<private> spill: u32;";
  return spilled
    .replace(LONG, declared)
    .replace(BEGIN, `spill = group.x * ${at}u;`)
    .replaceAll("workgroupBarrier();", "workgroupBarrier(); storageBarrier();");
}

const LONG = "/* long arrays */";
const BEGIN = "/* begin */";

/**
 * Rollouts: a workgroup serves a few rows and walks all their streams together, token by token. First the prompts are read
 * into the key/value cache, then tokens are written, a bounded number per dispatch of either; a workgroup whose rows have
 * ended returns at once. Where a row stands is kept in `out`, so every dispatch is the same.
 *
 * Thread r of a workgroup keeps the state of row r in registers. The two streams of a row are aligned at the ends of their
 * prompts: the shorter one stays at its first token until its turn has come. So does a row that has nothing left to do
 * stay where it is: it computes again what lies in its cache already.
 *
 * prompts: per row and stream (place of its first id, length), then the ids. cache: [row, stream, layer, position, k v].
 */
export function rolloutCode(dims: Dims, form: RolloutForm): string {
  const code = walkCode(dims, form);
  return form.spills ? inStorage(code, dims, form) : inWorkgroup(code.replace(BEGIN, ""), dims, form);
}

function walkCode(dims: Dims, { streams, slots, lanes, subgroups }: RolloutForm): string {
  const { V } = dims;
  const rows = slots / streams;
  const draw: DrawForm = { V, streams, rows, lanes, subgroups };
  const stride = `(${STATE_WORDS}u + ${streams + 2}u * options.maxNew)`;
  return /* wgsl */ `${drawDirectives(draw)}
struct Options { ${OPTION_FIELDS.map(([name, type]) => `${name}: ${type}`).join(", ")} }
@group(0) @binding(0) var<uniform> options: Options;
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read> rope: array<vec4f>;
@group(0) @binding(3) var<storage, read> prompts: array<i32>;
@group(0) @binding(4) var<storage, read_write> cache: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> out: array<u32>;

const READS = 1u;
const DRAWS = 2u;
var<workgroup> spoken: array<u32, ${slots}>;
var<workgroup> position: array<u32, ${slots}>;
/** What each row does with the next token: nothing any more, read it, or draw after it. */
var<workgroup> doing: array<u32, ${rows}>;
${LONG}
var<workgroup> total: array<f32, ${rows}>;
/** Tokens that each row has written, and whether it has switched to the student. */
var<workgroup> written: array<u32, ${rows}>;
var<workgroup> switched: array<u32, ${rows}>;
${threefry}
${decodeCode(dims, slots, lanes)}
${drawCode(draw)}

struct Row {
  index: u32,
  out: u32, // its place there
  reading: u32, // tokens of its prompt but the last
  step: u32, // tokens that are behind it
  until: u32, // where this dispatch ends
  count: u32, // tokens written
  last: u32,
  ended: bool,
  switched: bool,
}

fn promptLength(row: u32, stream: u32) -> u32 { return u32(prompts[(row * ${streams}u + stream) * 2u + 1u]); }

fn begin(index: u32) -> Row {
  var row: Row;
  row.index = index;
  if (index >= options.rows) { return row; }
  row.out = index * ${stride};
  for (var stream = 0u; stream < ${streams}u; stream++) {
    row.reading = max(row.reading, promptLength(index, stream) - 1u);
  }
  row.count = out[row.out];
  row.ended = out[row.out + 1u] == 1u;
  row.switched = out[row.out + 3u] == 1u;
  row.step = out[row.out + 2u];
  row.last = out[row.out + ${STATE_WORDS}u + max(row.count, 1u) - 1u];
  if (row.step < row.reading) {
    row.until = min(row.step + options.reads, row.reading);
  } else {
    row.until = min(row.step + options.draws, row.reading + options.maxNew);
  }
  return row;
}

/** Tells all threads what comes next. */
fn show(r: u32, row: Row) {
  doing[r] = 0u;
  written[r] = row.count;
  switched[r] = u32(row.switched);
  if (row.index >= options.rows) { return; }
  if (!row.ended && row.step < row.until) { doing[r] = select(READS, DRAWS, row.step >= row.reading); }
  for (var stream = 0u; stream < ${streams}u; stream++) {
    let slot = r * ${streams}u + stream;
    let length = promptLength(row.index, stream);
    let at = row.step - min(row.step, row.reading + 1u - length);
    position[slot] = at;
    if (at < length) {
      spoken[slot] = u32(prompts[u32(prompts[(row.index * ${streams}u + stream) * 2u]) + at]);
    } else {
      spoken[slot] = row.last;
    }
  }
}

fn write(row: ptr<function, Row>, id: u32, logp: f32, outlook: Outlook) {
  let to = (*row).out + ${STATE_WORDS}u + (*row).count;
  out[to] = id;
  out[to + options.maxNew] = bitcast<u32>(logp);
  out[to + 2u * options.maxNew] = bitcast<u32>(outlook.entropy);
  ${streams > 1 ? "out[to + 3u * options.maxNew] = bitcast<u32>(outlook.lambda);" : ""}
  (*row).last = id;
  (*row).count++;
  if (id == options.eos) { (*row).ended = true; }
  if (i32(id) == options.switchToken) { (*row).switched = true; }
}

@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32${drawBuiltins(draw)}) {
  ${BEGIN}
  let keeps = lane < ${rows}u;
  let r = min(lane, ${rows - 1}u);
  var row: Row;
  if (keeps) {
    row = begin(options.firstRow + group.x * ${rows}u + r);
    show(r, row);
  }
  loop {
    storageBarrier();
    let todo = workgroupUniformLoad(&doing);
    let any = ${times(rows, (r) => `todo[${r}]`, " | ")};
    if (any == 0u) { break; }
    decode(lane, group.x * ${slots}u, (any & DRAWS) != 0u);
    if ((any & DRAWS) != 0u) {
      speak(lane);
      ${subgroups ? drawTogether(draw) : drawAlone(draw)}
    }
    if (keeps && todo[r] != 0u) {
      row.step++;
      show(r, row);
    }
  }
  if (keeps && row.index < options.rows) {
    out[row.out] = row.count;
    out[row.out + 1u] = u32(row.ended);
    out[row.out + 2u] = row.step;
    out[row.out + 3u] = u32(row.switched);
  }
  if (group.x == 0u && lane == 0u) {
    let tail = options.rows * ${stride};
    out[tail] = options.mark;
    out[tail + 1u]++;
  }
}`;
}

/** Thread r draws for row r. */
function drawAlone(form: DrawForm): string {
  const { V, streams } = form;
  return /* wgsl */ `
      let draws = keeps && todo[r] == DRAWS;
      var outlook: Outlook;
      if (draws) {
        outlook = weigh(r, row.count, row.switched, ${drawWalk(form)});
        lay(r, outlook, 0u, 1u);
      }
      if (options.topP < 1.0) {
        workgroupBarrier();
        keepLikeliest(lane);
        workgroupBarrier();
      }
      if (draws) {
        let id = pick(r, row.index, row.count, outlook.best, ${drawWalk(form)});
        write(&row, id, z[r * ${streams * V}u + id] / temperatureOf() - outlook.normaliser, outlook);
      }`;
}

/** Every subgroup draws for every row, and thread r writes down what row r got. */
function drawTogether(form: DrawForm): string {
  const { V, streams, rows, lanes } = form;
  const each = (text: (r: number) => string) => times(rows, (r) => `if (todo[${r}] == DRAWS) { ${text(r)} }`);
  return /* wgsl */ `
      ${times(rows, (r) => `var outlook${r}: Outlook;`)}
      ${each(
        (r) => `outlook${r} = weigh(${r}u, written[${r}], switched[${r}] == 1u, ${drawWalk(form)});
        lay(${r}u, outlook${r}, lane, ${lanes}u);`,
      )}
      workgroupBarrier();
      if (options.topP < 1.0) {
        keepLikeliest(lane);
        workgroupBarrier();
      }
      ${each(
        (r) => /* wgsl */ `
        let index = options.firstRow + group.x * ${rows}u + ${r}u;
        let id = pick(${r}u, index, written[${r}], outlook${r}.best, ${drawWalk(form)});
        let logp = z[${r * streams * V}u + id] / temperatureOf() - outlook${r}.normaliser;
        if (lane == ${r}u) { write(&row, id, logp, outlook${r}); }`,
      )}
      // Nobody counts on before all have drawn.
      workgroupBarrier();`;
}

/** Bytes of workgroup memory of {@link rolloutCode}. */
export function rolloutWorkgroupBytes(
  dims: Dims,
  { streams, slots, spills }: Pick<RolloutForm, "streams" | "slots" | "spills">,
): number {
  const rows = slots / streams;
  const long = spills ? 0 : spilledFloats(dims, { streams, slots });
  return (slots * (decodeFloats(dims) + 2) + rows * 4 + long) * 4;
}
