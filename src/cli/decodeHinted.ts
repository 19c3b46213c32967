import { argmax, drawHinted, entropyOf, hintedProbabilities, hintedScores, logSoftmax } from "../lab/policy/draw.ts";
import { readStrict, type Values } from "../lab/schema.ts";
import { HINTS } from "../lab/settings.ts";
import { withoutSliders } from "./objectiveBounds.ts";
import { fieldsOf } from "./objectiveFeeds.ts";
import { finite, logit, type Reader } from "./objectiveNumbers.ts";
import { refuse } from "./refuse.ts";

const { gate, hintBeta, hintTemperature, hintTopP } = HINTS;
const KNOBS = { gate, hintBeta, hintTemperature, hintTopP };
/** What the authors and samplers call them. */
const ALIASES: Readonly<Record<string, string>> = {
  mode: "gate",
  beta: "hintBeta",
  temperature: "hintTemperature",
  T: "hintTemperature",
  top_p: "hintTopP",
  topP: "hintTopP",
};

const KEYS = ["params", "hinted", "student", "first", "switched", "u"];

/** One position of Hinted Decoding. */
interface DecodedStep {
  /** H(p)/ln V of the hinted stream. */
  readonly normalisedEntropy: number;
  /** The student's share λ: 0 the hinted stream alone, 1 the student alone. */
  readonly lambda: number;
  /** (1 − λ) ln p + λ ln q, not normalised; null where it is −∞. [V] */
  readonly scores: readonly (number | null)[];
  /** What a token is drawn with: nucleus at temperature 1, then the temperature. Greedy: 1 on the likeliest. [V] */
  readonly probs: readonly number[];
  /** The likeliest token, or with `u` the token drawn with it. */
  readonly id: number;
}

/**
 * Hinted Decoding of given logits [T][V], float64, position by position: what `lab decode` prints. `hinted` is the stream
 * with the answer shown, `student` the one without. `first` (true unless given): position 0 follows the hinted
 * stream alone; `switched` [T]: 1 where the student goes on alone; `u` [T] in [0, 1) draws, the likeliest is taken without.
 * @throws {ConfigError} with one sentence for what is wrong
 */
export function decodeHinted(raw: unknown): { readonly steps: readonly DecodedStep[] } {
  const fields = fieldsOf(raw, "input", KEYS);
  const params = readParams(fields.params ?? {});
  const hinted = table(fields.hinted, "hinted");
  const student = table(fields.student, "student", hinted.length, hinted[0]?.length);
  const first = fields.first ?? true;
  if (typeof first !== "boolean") refuse("first", "be true or false", first);
  const switched =
    fields.switched === undefined ? undefined : row(fields.switched, "switched", hinted.length, zeroOrOne);
  const u = fields.u === undefined ? undefined : row(fields.u, "u", hinted.length, share);
  return {
    steps: hinted.map((p, t) =>
      stepOf(p, student[t]!, params, { t, first: first && t === 0, switched: switched?.[t] === 1 }, u?.[t]),
    ),
  };
}

type Knobs = Values<typeof KNOBS>;

function readParams(raw: unknown): Knobs {
  const given = fieldsOf(raw, "params");
  const named = Object.entries(given).map(([key, value]) => [Object.hasOwn(ALIASES, key) ? ALIASES[key]! : key, value]);
  if (new Set(named.map(([key]) => key)).size < named.length)
    refuse("params", "have each knob once", Object.keys(given));
  return readStrict(withoutSliders(KNOBS), Object.fromEntries(named)) as Knobs;
}

function stepOf(
  p: Float64Array,
  q: Float64Array,
  params: Knobs,
  where: { readonly t: number; readonly first: boolean; readonly switched: boolean },
  u: number | undefined,
): DecodedStep {
  const rule = { gate: params.gate, beta: params.hintBeta, ...where };
  const sampler = { temperature: params.hintTemperature, topP: params.hintTopP };
  const logP = logSoftmax(p, 1);
  const logQ = logSoftmax(q, 1);
  const { id, lambda } = drawHinted(p, q, u === undefined ? { ...sampler, temperature: 0 } : sampler, rule, u ?? 0);
  const scores = hintedScores(logP, logQ, lambda);
  const best = argmax(scores);
  if (scores[best] === Number.NEGATIVE_INFINITY)
    refuse(`hinted[${where.t}]`, "have a token in common with the student, where both streams have a say", "none");
  return {
    normalisedEntropy: entropyOf(logP) / Math.log(p.length),
    lambda,
    scores: Array.from(scores, (score) => (Number.isFinite(score) ? score : null)),
    probs: Array.from(
      sampler.temperature === 0 ? scores.map((_, v) => (v === best ? 1 : 0)) : hintedProbabilities(scores, sampler),
    ),
    id,
  };
}

/** Logits [T][V], as many rows and words as asked. */
function table(raw: unknown, path: string, rows?: number, words?: number): Float64Array[] {
  if (!Array.isArray(raw) || raw.length === 0) refuse(path, "be a list of rows of logits, [T][V]", raw);
  if (rows !== undefined && raw.length !== rows) refuse(path, `have ${rows} rows, as hinted`, raw.length);
  const width = words ?? (Array.isArray(raw[0]) ? raw[0].length : 0);
  if (width < 2) refuse(`${path}[0]`, "have the logits of at least 2 tokens", raw[0]);
  return raw.map((item: unknown, t) => {
    const values = row(item, `${path}[${t}]`, width, logit);
    if (!values.some(Number.isFinite)) refuse(`${path}[${t}]`, "have a finite logit", item);
    return values;
  });
}

function row(raw: unknown, path: string, length: number, read: Reader): Float64Array {
  if (!Array.isArray(raw)) refuse(path, "be a list of numbers", raw);
  if (raw.length !== length) refuse(path, `have ${length} numbers`, raw.length);
  return Float64Array.from(raw, (x: unknown, i) => {
    const plain = typeof x === "boolean" ? Number(x) : x;
    if (typeof plain !== "number" || Number.isNaN(plain)) refuse(`${path}[${i}]`, "be a number", x);
    const must = read(plain);
    if (must !== undefined) refuse(`${path}[${i}]`, must, x);
    return plain;
  });
}

const zeroOrOne: Reader = (x) => (x === 0 || x === 1 ? undefined : "be 0 or 1");
const share: Reader = (x) => finite(x) ?? (x >= 0 && x < 1 ? undefined : "be in [0, 1)");
