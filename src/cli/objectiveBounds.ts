import { ConfigError, type Field, quote, real, type Schema } from "../lab/schema.ts";

/** Where the mathematics ends; a knob's range is what a slider is useful in. */
interface Domain {
  /** Smallest value; that itself is not allowed where `above` is set. */
  readonly min: number;
  readonly above?: true;
}

const FROM_0: Domain = { min: 0 };
const ABOVE_0: Domain = { min: 0, above: true };
const ANY: Domain = { min: Number.NEGATIVE_INFINITY };

/** Knobs without a largest value. Shares, probabilities and smoothing are not among them: their ranges are their domains. */
const DOMAINS: Readonly<Record<string, Domain>> = {
  beta: ABOVE_0,
  gammaMin: FROM_0,
  gammaMax: FROM_0,
  phiBound: FROM_0,
  phiClip: FROM_0,
  iwTemperature: FROM_0,
  iwMax: ABOVE_0,
  iwLow: FROM_0,
  iwHigh: FROM_0,
  focalGamma: FROM_0,
  clipLow: FROM_0,
  clipHigh: FROM_0,
  dualClip: FROM_0,
  klCoef: FROM_0,
  entropyCoef: FROM_0,
  advantageEps: FROM_0,
  muPeak: FROM_0,
  muValley: FROM_0,
  muTau: ANY,
  muWarmupSteps: FROM_0,
  muDecaySteps: FROM_0,
  muSwitchStep: FROM_0,
  muPeriod: { min: 1 },
  aggregationNorm: FROM_0,
  nllCoef: FROM_0,
  alpha: FROM_0,
  gamma: ANY,
  correctAbove: ANY,
  desirableWeight: FROM_0,
  undesirableWeight: FROM_0,
  hintBeta: FROM_0,
  hintTemperature: FROM_0,
};

/** Probabilities that may be as small as one likes, where a slider stops at a hundredth. */
const PROBABILITIES = ["cutoffProb", "isClip", "entropyTopShare", "hintTopP"];

const wide = new WeakMap<Schema, Schema>();

/** A schema that takes all that its mathematics is defined for. */
export function withoutSliders(schema: Schema): Schema {
  const made =
    wide.get(schema) ?? Object.fromEntries(Object.entries(schema).map(([key, field]) => [key, widened(key, field)]));
  wide.set(schema, made);
  return made;
}

/** What a knob takes, in words; undefined where its own range or options say it. */
export function acceptedBy(key: string, field: Field): string | undefined {
  if (PROBABILITIES.includes(key)) return "a number above 0, at most 1";
  if (!Object.hasOwn(DOMAINS, key) || (field.kind !== "int" && field.kind !== "real")) return undefined;
  const { min, above } = DOMAINS[key]!;
  const off = field.range?.offUpTo;
  const number = field.kind === "int" ? "a whole number" : "a number";
  if (off !== undefined) return `0 (off) or ${number} above ${off}`;
  if (min === Number.NEGATIVE_INFINITY) return `any ${number.slice(2)}`;
  return `${number} ${above ? "above" : "from"} ${min}`;
}

function widened(key: string, field: Field): Field {
  const words = acceptedBy(key, field);
  if (words === undefined) return field;
  const { min, above } = Object.hasOwn(DOMAINS, key) ? DOMAINS[key]! : ABOVE_0;
  const max = PROBABILITIES.includes(key) ? 1 : Number.POSITIVE_INFINITY;
  return {
    ...real(field.initial as number, { min, max }, field),
    kind: field.kind,
    read(raw, name = "value") {
      const fits =
        typeof raw === "number" &&
        (field.kind === "int" ? Number.isSafeInteger(raw) : Number.isFinite(raw)) &&
        raw <= max &&
        (above || PROBABILITIES.includes(key) ? raw > min : raw >= min) &&
        !(raw > 0 && raw <= (field.range?.offUpTo ?? 0));
      if (fits) return raw;
      throw new ConfigError([{ key: name, message: `${field.label} (${name}) must be ${words}, got ${quote(raw)}.` }]);
    },
  };
}
